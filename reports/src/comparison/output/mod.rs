//! stub
use super::Comparison;
/// Format
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// t
    Table,
    /// j
    Json,
}
impl std::str::FromStr for Format {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        match s {
            "table" => Ok(Self::Table),
            _ => Ok(Self::Json),
        }
    }
}
/// r
pub fn render(c: &Comparison, _f: Format, _columns: Option<usize>) -> String {
    serde_json::to_string_pretty(c).unwrap()
}
