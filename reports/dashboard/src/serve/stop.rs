use tokio::signal::ctrl_c;
use tokio::signal::unix::{SignalKind, signal};

/// Is done when the program is told to end: by Ctrl-C, or as `kill` and services do it.
pub async fn until_signalled() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        // Where it can't be heard, it ends the program by itself.
        return interrupted().await;
    };
    tokio::select! {
        () = interrupted() => {}
        _ = terminate.recv() => {}
    }
}

async fn interrupted() {
    // Where it can't be heard, it ends the program by itself.
    if ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
