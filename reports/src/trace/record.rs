use std::fs;
use std::path::Path;

use super::{
    Around, Component, Counts, Head, SCHEMA, SampledFunctions, Tally, TraceError, TraceFile,
    TraceRecord, WrittenFile, diagnose,
};

impl TraceRecord {
    /// The record of a trace whose file has this head, with what was counted.
    pub fn new(head: Head, around: Around, counts: Counts, file: Option<WrittenFile>) -> Self {
        let Around { command, bytes, network, ended, time, wake_up, http, functions } = around;
        Self {
            trace_schema: SCHEMA,
            started: head.started,
            command,
            pollbench: head.pollbench,
            engine: head.engine,
            component: Component { file: head.component, sha256: head.sha256, bytes },
            network,
            ended,
            seconds: head.nanoseconds as f64 / 1e9,
            time,
            wake_up,
            http,
            functions,
            findings: diagnose(&counts),
            counts,
            file,
        }
    }

    /// The record of a trace, from its file: what it did is counted anew. Of a file that was full,
    /// only the events in it are counted, and the pollables that were alive before them. The file
    /// is returned, too.
    ///
    /// # Errors
    ///
    /// If the file can't be read, or is damaged, or doesn't say how the trace ended.
    pub fn read(path: &Path) -> Result<(Self, TraceFile), TraceError> {
        let mut file = TraceFile::open(path)?;
        let damaged = |reason: String| TraceError::Damaged { path: path.to_path_buf(), reason };
        let mut tally = Tally::default();
        file.alive.iter().for_each(|(pollable, made)| tally.made(*pollable, *made));
        file.events(&mut |it| tally.event(&it.event)).map_err(damaged)?;
        let around = file.head.around.take().ok_or_else(|| {
            damaged("it is of an earlier version, which does not say how the trace ended; trace the component again".into())
        })?;
        let functions = around.functions.as_ref();
        functions.map_or(Ok(()), SampledFunctions::check).map_err(|why| {
            damaged(format!("its functions make no sense: {why}; trace the component again"))
        })?;
        let head = file.head.clone();
        let written = WrittenFile {
            path: path.display().to_string(),
            bytes: fs::metadata(path).map_or(0, |it| it.len()),
            events: head.events,
            lost: head.lost,
        };
        Ok((Self::new(head, around, tally.finish(), Some(written)), file))
    }
}
