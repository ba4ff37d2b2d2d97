use std::str::FromStr;

/// The header in which the server that is asked says what the value of a number is.
pub const VALUE: &str = "x-value";

/// What is awaited of several requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// All of them, by one task.
    All,
    /// The first to be answered, by one task.
    Any,
    /// Each of them, by a task of its own.
    Each,
}

/// Requests with the numbers from `first` on, and what is awaited of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// What is awaited.
    pub awaited: Awaited,
    /// The first number.
    pub first: u32,
    /// How many there are; at least one.
    pub requests: u32,
}

/// What has come of an [`Order`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// How many answers were awaited and have come.
    pub answers: u32,
    /// The sum of their values.
    pub sum: u64,
    /// Why the first request that has failed did.
    pub failure: Option<String>,
}

/// From the path of a request, and with it the server to ask: `/all/FIRST/REQUESTS/ADDRESS`, with
/// `any` or `each` in place of `all`.
///
/// # Errors
///
/// What was expected instead.
pub fn parse(path: &str) -> Result<(Order, &str), String> {
    let parts: Vec<&str> = path.split('/').collect();
    let [_, awaited, first, requests, address] = parts[..] else { return Err(expected(path)) };
    let number = |text: &str| text.parse::<u32>().map_err(|_| expected(path));
    let order = Order {
        awaited: awaited.parse().map_err(|()| expected(path))?,
        first: number(first)?,
        requests: number(requests)?,
    };
    if order.requests == 0 || address.is_empty() {
        return Err(expected(path));
    }
    Ok((order, address))
}

fn expected(path: &str) -> String {
    format!("expected a path such as /all/0/10/127.0.0.1:8080, with all, any or each, not {path}")
}

impl FromStr for Awaited {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "all" => Ok(Self::All),
            "any" => Ok(Self::Any),
            "each" => Ok(Self::Each),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_to_ask_for() {
        let order = Order { awaited: Awaited::Each, first: 7, requests: 10 };
        assert_eq!(parse("/each/7/10/127.0.0.1:80"), Ok((order, "127.0.0.1:80")));
        for path in ["/", "/each/7/10", "/some/7/10/a", "/all/7/0/a", "/any/-1/2/a", "/any/1/2/"] {
            assert!(parse(path).unwrap_err().contains("/all/0/10/"), "{path}");
        }
    }
}
