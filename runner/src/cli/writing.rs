use std::path::PathBuf;
use std::str::FromStr;

/// A format and a file to write in it: `FORMAT=FILE`.
#[derive(Clone, Debug)]
pub struct Writing<Format> {
    pub format: Format,
    pub file: PathBuf,
}

impl<Format: FromStr<Err = String>> FromStr for Writing<Format> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = text.split_once('=').ok_or("expected FORMAT=FILE")?;
        if file.is_empty() {
            return Err("expected FORMAT=FILE".into());
        }
        Ok(Self { format: format.parse()?, file: file.into() })
    }
}
