//! Shows a history.
