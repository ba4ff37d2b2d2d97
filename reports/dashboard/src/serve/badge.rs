//! The newest verdict as a small picture.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use super::response::Failure;
use crate::query::OverviewQuery;
use crate::view::Overview;
use crate::{Dashboard, Error};

/// About how wide a character comes out, in pixels: the font is the reader's.
const CHARACTER: usize = 7;
/// The room at both ends of a text, in pixels.
const ROOM: usize = 12;

#[derive(Template)]
#[template(path = "badge.svg", escape = "xml")]
struct Badge {
    words: String,
    color: &'static str,
    /// The width of the right part, in pixels.
    width: usize,
}

/// The verdict on a branch.
pub async fn badge(
    State(of): State<Dashboard>,
    asked: Result<Query<OverviewQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    let view = Overview::new(&of, &asked?.0).await?;
    let picture = Badge::of(&view).render().map_err(Error::from)?;
    let kind = "image/svg+xml; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], picture).into_response())
}

impl Badge {
    fn of(view: &Overview) -> Self {
        let failed = view.health.as_ref().map_or(0, |it| it.failed);
        let (words, color) = match (view.runs, failed, view.worse, view.better) {
            (0, ..) => ("no run".to_owned(), "#5b6470"),
            (_, 1.., ..) => (format!("{failed} failed"), "#a8261a"),
            (_, _, 1.., _) => (format!("{} worse", view.worse), "#a8261a"),
            (_, _, _, 1..) => (format!("{} better", view.better), "#0d6b45"),
            _ => ("no change".to_owned(), "#0d6b45"),
        };
        let width = words.chars().count() * CHARACTER + ROOM;
        Self { words, color, width }
    }
}
