//! A component with an async program inside: its imports are `wasi:io/poll` and
//! `wasi:clocks/monotonic-clock`, its export is a plain function.

use std::time::Duration;

use pollbench_adaptive_executor::{
    join, race, reuse_poll_results, run, sleep, spawn, timeout, yield_now,
};

wit_bindgen::generate!({
    inline: "
        package example:napper;
        world napper {
            /// Naps with so many tasks at a time, and says how many woke up.
            export nap: func(tasks: u32) -> result<u32, string>;
        }
    ",
});

struct Napper;
export!(Napper);
reuse_poll_results!();

impl Guest for Napper {
    fn nap(tasks: u32) -> Result<u32, String> {
        run(naps(tasks)).map_err(|stalled| stalled.to_string())
    }
}

async fn naps(tasks: u32) -> u32 {
    let naps = (0..tasks).map(|task| spawn(nap(task)));
    join(naps).await.into_iter().map(u32::from).sum()
}

/// Whether the nap was over in time.
async fn nap(task: u32) -> bool {
    const LONG: Duration = Duration::from_secs(60);
    let short = Duration::from_millis(u64::from(task % 3));
    yield_now().await;
    let (first, ()) = race([LONG, short].map(sleep)).await;
    first == 1 && timeout(LONG, sleep(short)).await.is_ok()
}
