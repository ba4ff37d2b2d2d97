/// The two widths a chart is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A desktop page.
    Wide,
    /// A phone held upright.
    Narrow,
}

impl Frame {
    /// The drawing's width, in pixels.
    pub fn width(self) -> i32 {
        match self {
            Self::Wide => 860,
            Self::Narrow => 380,
        }
    }

    /// The height of the plot of a line chart with its axes, in pixels.
    pub fn plot_height(self) -> i32 {
        match self {
            Self::Wide => 360,
            Self::Narrow => 300,
        }
    }

    /// The width of the column beside the plot that holds the legend, in pixels; `None` if
    /// the legend goes below the plot.
    pub fn legend_column(self) -> Option<i32> {
        match self {
            Self::Wide => Some(290),
            Self::Narrow => None,
        }
    }

    /// The size of all text, in pixels. The narrow drawing is shrunk on small phones.
    pub fn font_size(self) -> f64 {
        match self {
            Self::Wide => 13.0,
            Self::Narrow => 12.5,
        }
    }

    /// The class which a media query shows or hides.
    pub fn class(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Narrow => "narrow",
        }
    }
}
