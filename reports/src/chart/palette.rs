use std::fmt::Write as _;

use plotters::style::RGBColor;

use crate::matrix::Variant;

/// A colour on a light background and its counterpart on a dark one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ink {
    light: u32,
    dark: u32,
}

/// Text.
pub(super) const TEXT: Ink = Ink { light: 0x23272E, dark: 0xE6E8EB };
/// Axes.
pub(super) const AXIS: Ink = Ink { light: 0x7A818C, dark: 0x8B929C };
/// Grid lines, which may be faint.
pub(super) const GRID: Ink = Ink { light: 0xE3E6EA, dark: 0x2C3138 };
/// The floor, which does not compete with the other guests.
pub(super) const FLOOR: Ink = Ink { light: 0x5B6470, dark: 0xA9B0BA };

/// The guests, after Okabe and Ito (Color Universal Design, 2008): their hues,
/// darkened for white and lightened for near-black to a contrast of 3 at least.
pub(super) const SERIES: [Ink; 7] = [
    Ink { light: 0x0072B2, dark: 0x4FA8E0 },
    Ink { light: 0xC85200, dark: 0xF08A4B },
    Ink { light: 0x00805F, dark: 0x2FC299 },
    Ink { light: 0xA8457F, dark: 0xE08FC0 },
    Ink { light: 0x8A6500, dark: 0xE3B32B },
    Ink { light: 0x5A4FCF, dark: 0xA99CFF },
    Ink { light: 0x1D87A3, dark: 0x7AD3E6 },
];

/// The parts of a cost: guest, boundary, host poll, host other, driver.
pub(super) const PARTS: [Ink; 5] = [
    Ink { light: 0x2F5FA8, dark: 0x6C9BE8 },
    Ink { light: 0xC27C0E, dark: 0xE8B04A },
    Ink { light: 0x2A8C7A, dark: 0x4DBFA9 },
    Ink { light: 0xB06A8B, dark: 0xDB9BBB },
    Ink { light: 0x868C96, dark: 0x9AA1AB },
];

impl Ink {
    /// The colour that is written into the drawing, the one for a light background.
    pub fn color(self) -> RGBColor {
        let [_, red, green, blue] = self.light.to_be_bytes();
        RGBColor(red, green, blue)
    }

    /// The colours of a guest, the same in every chart.
    pub fn of(variant: &Variant) -> Self {
        if variant.is_floor() { FLOOR } else { Self::numbered(variant.index) }
    }

    /// The colours with this number; after the last ones, the first come again.
    pub fn numbered(index: usize) -> Self {
        SERIES[index % SERIES.len()]
    }
}

fn all() -> impl Iterator<Item = Ink> {
    [TEXT, AXIS, GRID, FLOOR].into_iter().chain(SERIES).chain(PARTS)
}

/// The CSS that recolours the charts on a dark page. Plotters writes colours as
/// presentation attributes, which every CSS rule overrides.
pub fn stylesheet() -> String {
    let mut css = String::from("@media screen and (prefers-color-scheme: dark) {\n");
    for Ink { light, dark } in all() {
        for attribute in ["fill", "stroke"] {
            let _ = writeln!(
                css,
                "  .chart [{attribute}=\"#{light:06X}\"] {{ {attribute}: #{dark:06X} }}"
            );
        }
    }
    css + "}\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHITE: u32 = 0xFF_FF_FF;
    const NEAR_BLACK: u32 = 0x14_17_1B;

    /// WCAG 2.2, relative luminance.
    fn luminance(color: u32) -> f64 {
        let channel = |shift: u32| {
            let value = f64::from((color >> shift) & 0xFF) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
    }

    fn contrast(one: u32, other: u32) -> f64 {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn everything_that_carries_meaning_stands_out_in_both_themes() {
        for ink in all().filter(|ink| *ink != GRID) {
            let (light, dark) = (contrast(ink.light, WHITE), contrast(ink.dark, NEAR_BLACK));
            assert!(light >= 3.0 && dark >= 3.0, "{ink:06X?}: {light:.2} {dark:.2}");
        }
        assert!(contrast(TEXT.light, WHITE) >= 7.0);
        assert!(contrast(TEXT.dark, NEAR_BLACK) >= 7.0);
    }

    #[test]
    fn no_two_inks_share_the_colour_they_are_recognised_by() {
        let mut lights: Vec<u32> = all().map(|ink| ink.light).collect();
        let count = lights.len();
        lights.sort_unstable();
        lights.dedup();
        assert_eq!(lights.len(), count);
    }
}
