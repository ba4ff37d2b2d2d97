use askama::Template;
use pollbench_reports::comparison::Metric;

use super::frame::{Frame, Tab};
use crate::Error;
use crate::links::Links;
use crate::view::{Explain, Show};

#[derive(Template)]
#[template(path = "explain.html")]
struct Page<'a> {
    frame: Frame,
    view: &'a Explain,
}

/// What each workload and executor does.
pub fn explain(view: &Explain, links: &Links) -> Result<String, Error> {
    let frame =
        Frame { links: links.clone(), branch: None, branches: Vec::new(), tab: Tab::Explain };
    Ok(Page { frame, view }.render()?)
}
