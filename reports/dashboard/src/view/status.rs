use pollbench_reports::record::Status;

/// A status in words.
pub(crate) fn status_words(status: Status) -> &'static str {
    match status {
        Status::Ok => "ok",
        Status::Failed => "failed",
        Status::NotSupported => "not supported",
    }
}
