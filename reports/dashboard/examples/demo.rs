//! A dashboard over a made-up history, to look at while it is worked on:
//! `cargo run --release -p pollbench-dashboard --example demo`, with `-- site DIRECTORY` as
//! files. Whoever knows the token in `POLLBENCH_TOKEN`, if there is one, can begin runs that do
//! nothing, and add records.

#[path = "../tests/support/mod.rs"]
mod support;

use std::error::Error;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use pollbench_dashboard::{Control, Dashboard, Options, Site, serve, write_site};
use pollbench_history::History;
use support::Story;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(show())
}

/// Runs end as soon as they have begun.
fn control(token: String) -> Control {
    Control { token, command: Arc::new(|_| Ok(Command::new("true"))) }
}

async fn show() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("history.db");
    let history = History::open(path.to_str().ok_or("the folder is not UTF-8")?).await?;
    Story { has_lanes: true, ..Story::default() }.tell(&history).await;
    let dashboard = Dashboard::new(history);
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, word, directory] = arguments.as_slice()
        && word == "site"
    {
        let site = Site { directory: PathBuf::from(directory), branch: None, last: None };
        let count = write_site(&dashboard, &site).await?;
        println!("{count} files in {directory}");
        return Ok(());
    }
    let options = Options {
        control: std::env::var("POLLBENCH_TOKEN").ok().map(control),
        address: "127.0.0.1:8731".parse()?,
        hosts: Vec::new(),
        results: "pollbench-results".into(),
    };
    let ready = |address| println!("http://{address}/");
    let stop = async {
        // Without a signal to wait for, it is served until the program is ended.
        let _ = tokio::signal::ctrl_c().await;
    };
    Ok(serve(dashboard, options, ready, stop).await?)
}
