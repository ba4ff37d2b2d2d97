//! Builds the guests into components and embeds them.
