//! The colours of frames: one hue for each part of the cost, as in the chart of the split, and
//! shades of it for functions, so that neighbours can be told apart. They are light in both
//! themes, as what is written in them is dark. No meaning is in them alone: frames have names.

use inferno::flamegraph::color::{Color, parse_hex_color};

/// The part of the cost that a frame belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hue {
    Guest,
    Boundary,
    HostPoll,
    HostOther,
    Driver,
    All,
}

impl Hue {
    fn base(self) -> u32 {
        match self {
            Self::Guest => 0x2F5FA8,
            Self::Boundary => 0xC27C0E,
            Self::HostPoll => 0x2A8C7A,
            Self::HostOther => 0xB06A8B,
            Self::Driver | Self::All => 0x868C96,
        }
    }

    /// The colour of the frame with this label: the same in every drawing.
    pub fn color(self, label: &str) -> Option<Color> {
        // FNV-1a: the shade depends on the name alone.
        let hash = label
            .bytes()
            .fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let shade = f64::from((hash >> 8) % 5) / 4.0;
        let white = match self {
            Self::Guest => 0.48 + 0.24 * shade,
            _ => 0.42,
        };
        let channel = |shift: u32| {
            let value = f64::from((self.base() >> shift) & 0xFF);
            (value + (255.0 - value) * white).round() as u32
        };
        parse_hex_color(&format!("#{:02x}{:02x}{:02x}", channel(16), channel(8), channel(0)))
    }
}
