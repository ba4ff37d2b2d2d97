//! Lists of records that are no matrix of cells.

mod profiles;
mod servers;
mod tunings;

use pollbench_reports::format;

use super::words;

pub use profiles::profiles;
pub use servers::servers;
pub use tunings::tunings;

/// How many records there are, how many of them are looked at, and how many can't be read.
fn counted(
    (total, unreadable): (u64, u64),
    branch: Option<&String>,
    one: &str,
    many: &str,
) -> String {
    let of = branch.map_or(String::new(), |it| format!(" of {}", words::name(it)));
    let looked = match total > crate::view::NEWEST {
        true => format!(", of which the newest {} are looked at", crate::view::NEWEST),
        false => String::new(),
    };
    let unreadable = match unreadable {
        0 => String::new(),
        1 => " One can't be read: it is damaged, or of a later version.".into(),
        some => format!(" {some} can't be read: they are damaged, or of a later version."),
    };
    let counted = match total {
        0 => format!("There is no {one}{of} yet."),
        1 => format!("One {one}{of}."),
        total => format!("{} {many}{of}{looked}.", format::count(total)),
    };
    counted + &unreadable
}
