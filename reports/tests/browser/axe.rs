use std::fs;
use std::path::{Path, PathBuf};

use headless_chrome::protocol::cdp::Page as CdpPage;
use serde_json::Value;

use super::Page;

/// Where `ci/setup --tests` puts axe, which looks for what keeps people from using a page.
fn axe() -> Option<PathBuf> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let tools = "target/tools/node_modules/axe-core/axe.min.js";
    repository.map(|it| it.join(tools)).find(|it| it.is_file())
}

impl Page {
    /// Lets scripts of others run in the pages that are loaded from now on, whatever these say.
    /// `None` where there is no axe to run in them.
    pub fn audited(&self) -> Option<Audit> {
        let Some(path) = axe() else {
            eprintln!("left out: axe, which `ci/setup --tests` installs where there is npm");
            return None;
        };
        self.tab.call_method(CdpPage::SetBypassCSP { enabled: true }).expect("it is set");
        Some(Audit { script: fs::read_to_string(path).expect("the script is read") })
    }
}

/// What looks for obstacles.
pub struct Audit {
    script: String,
}

impl Audit {
    /// What axe finds in a page, a sentence each.
    pub fn obstacles(&self, page: &Page) -> Vec<String> {
        page.tab.evaluate(&self.script, false).expect("axe is loaded");
        const RUN: &str = "axe.run(document, { resultTypes: ['violations'] }).then(
            ({ violations, passes }) => JSON.stringify([passes.length, violations.map(
                ({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0].target}`)]))";
        let result = page.tab.evaluate(RUN, true).expect("axe has an answer").value;
        let text = result.as_ref().and_then(Value::as_str).expect("a text");
        let (passed, found): (u64, Vec<String>) = serde_json::from_str(text).expect("JSON");
        assert!(passed > 0, "axe has looked at something");
        found
    }
}
