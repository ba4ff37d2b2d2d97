use askama::Template;

/// A picture, in units that are about a CSS pixel on a narrow page.
#[derive(Template, Debug)]
#[template(path = "picture.svg")]
pub struct Drawing {
    width: i32,
    height: i32,
    /// What it shows, in words.
    label: String,
    shapes: Vec<Shape>,
}

/// A shape. What it looks like is up to its class.
#[derive(Debug)]
enum Shape {
    Box { x: i32, y: i32, width: i32, height: i32, class: &'static str },
    Dot { x: i32, y: i32, radius: i32, class: &'static str },
    Path { path: String, class: &'static str },
    Text { x: i32, y: i32, class: &'static str, text: String },
}

/// The width of all pictures. Their text is 12 units high, and so more than 11 pixels on a page
/// of 360 pixels, where a card leaves 303 of them.
pub const WIDTH: i32 = 320;

impl Drawing {
    pub fn new() -> Self {
        Self { width: WIDTH, height: 0, label: String::new(), shapes: Vec::new() }
    }

    /// The whole picture, as high as it has become, with what it shows in words.
    pub fn labelled(mut self, height: i32, label: String) -> Self {
        (self.height, self.label) = (height, label);
        self
    }

    pub fn rectangle(&mut self, x: i32, y: i32, width: i32, height: i32, class: &'static str) {
        self.shapes.push(Shape::Box { x, y, width, height, class });
    }

    pub fn dot(&mut self, x: i32, y: i32, radius: i32, class: &'static str) {
        self.shapes.push(Shape::Dot { x, y, radius, class });
    }

    pub fn path(&mut self, path: String, class: &'static str) {
        self.shapes.push(Shape::Path { path, class });
    }

    /// Text that begins at a place, or with the class `middle` has its middle there.
    pub fn text(&mut self, x: i32, y: i32, class: &'static str, text: impl Into<String>) {
        self.shapes.push(Shape::Text { x, y, class, text: text.into() });
    }

    /// An arrow downwards.
    pub fn arrow(&mut self, x: i32, from: i32, to: i32, class: &'static str) {
        self.path(format!("M{x} {from}V{to}M{} {}l4 4 4-4", x - 4, to - 4), class);
    }

    /// The texts, for tests.
    #[cfg(test)]
    pub fn texts(&self) -> impl Iterator<Item = (i32, &str)> {
        self.shapes.iter().filter_map(|it| match it {
            Shape::Text { x, class, text, .. } if *class != "middle" => Some((*x, text.as_str())),
            _ => None,
        })
    }
}

/// Numbers in a sentence: `2`, `2 and 5`, `0, 1 and 2`, and `0 to 7` for four or more in a row.
pub fn numbers(of: &[usize]) -> String {
    let in_a_row = of.windows(2).all(|pair| pair[0] + 1 == pair[1]);
    match of {
        [first, .., last] if in_a_row && of.len() > 3 => format!("{first} to {last}"),
        [rest @ .., last] if !rest.is_empty() => {
            let rest: Vec<String> = rest.iter().map(usize::to_string).collect();
            format!("{} and {last}", rest.join(", "))
        }
        _ => of.first().map(usize::to_string).unwrap_or_default(),
    }
}
