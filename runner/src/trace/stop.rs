use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::time::sleep;

/// Why a component is ended from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Its time is up.
    TimeUp,
    /// By Ctrl-C.
    Interrupted,
}

/// How often it is looked whether everything is to stop.
const LOOK: Duration = Duration::from_millis(50);

/// Waits until the component is to be ended.
pub async fn until(time: Option<Duration>, stop: &'static AtomicBool) -> Stopped {
    let start = Instant::now();
    loop {
        let left = time.map(|it| it.saturating_sub(start.elapsed()));
        match left {
            _ if stop.load(Relaxed) => return Stopped::Interrupted,
            Some(Duration::ZERO) => return Stopped::TimeUp,
            left => sleep(left.unwrap_or(LOOK).min(LOOK)).await,
        }
    }
}
