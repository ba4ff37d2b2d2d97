use headless_chrome::protocol::cdp::Emulation;

use super::Page;

/// The colour scheme the reader prefers.
#[derive(Clone, Copy, Debug)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];
}

impl Page {
    /// Makes the window so wide and high, in CSS pixels.
    pub fn resize(&self, width: u32, height: u32) {
        let metrics = Emulation::SetDeviceMetricsOverride {
            width,
            height,
            device_scale_factor: 1.0,
            mobile: false,
            scale: None,
            screen_width: None,
            screen_height: None,
            position_x: None,
            position_y: None,
            dont_set_visible_size: None,
            screen_orientation: None,
            viewport: None,
            display_feature: None,
            device_posture: None,
        };
        self.tab.call_method(metrics).expect("the window is resized");
    }

    /// Makes the reader prefer a colour scheme.
    pub fn prefer(&self, theme: Theme) {
        let value = match theme {
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        let feature =
            Emulation::MediaFeature { name: "prefers-color-scheme".into(), value: value.into() };
        let media = Emulation::SetEmulatedMedia { media: None, features: Some(vec![feature]) };
        self.tab.call_method(media).expect("the theme is set");
    }
}
