use super::suggest::did_you_mean;

/// Words of the command line that name nothing, or are out of range.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// No such guest, workload, knob or parameter.
    #[error("there is no {what} {name:?}{}; `pollbench list` shows all", did_you_mean(name, known))]
    Unknown {
        /// What kind of thing.
        what: &'static str,
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A value that a knob or parameter can't take.
    #[error("{name} can't be {value:?}: it takes {range}")]
    OutOfRange {
        /// The knob or parameter.
        name: String,
        /// What was asked for.
        value: String,
        /// What it takes.
        range: String,
    },
    /// More events under way than pollables.
    #[error("{active} active of {pollables} pollables: there can't be more than all of them")]
    TooActive {
        /// Active.
        active: u32,
        /// Pollables.
        pollables: u32,
    },
    /// A host on which counts are not the same on every run.
    #[error(
        "nothing is counted on the host {host:?}, where no two runs are the same: compare on a simulated one"
    )]
    NotCounted {
        /// Its name.
        host: String,
    },
    /// Two guests of one name.
    #[error("two guests are called {name:?}: give one of them another name in its `describe`")]
    SameName {
        /// The name.
        name: String,
    },
    /// The baseline has a guest that is neither built in nor given.
    #[error(
        "the baseline has the guest {name:?}, which is not built in: name its file with --guest"
    )]
    NoCandidate {
        /// Its name.
        name: String,
    },
    /// A processor to stay on that is none of this process's.
    #[error(
        "{}: this process may run on {}",
        .asked.map_or("no processor can be chosen here".into(), |it| format!("there is no processor {it} to stay on")),
        if .allowed.is_empty() { "what the system chooses".into() } else { format!("{allowed:?}") }
    )]
    Processor {
        /// The one that was asked for, if one was.
        asked: Option<u32>,
        /// Those there are.
        allowed: Vec<u32>,
    },
    /// A real host with worker threads, and one processor.
    #[error(
        "--pin and the host `real` don't go together: its worker threads would share the processor"
    )]
    PinnedWorkers,
    /// The baseline has cells with a knob that the guest no longer has.
    #[error(
        "the baseline has cells of {guest} with the knob {knob:?}, which the guest no longer has: save the baseline anew"
    )]
    GoneKnob {
        /// The guest.
        guest: String,
        /// The knob.
        knob: String,
    },
    /// Nothing is left to run.
    #[error("no guest is selected: name some with --guests or --guest")]
    NoGuests,
}
