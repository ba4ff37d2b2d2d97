use std::path::PathBuf;

use pollbench_reports::document::Kind;

use super::suggest::did_you_mean;

/// What can be wrong with the words of the command line.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// There is no guest, workload, host, knob or parameter of this name.
    #[error("there is no {what} {name:?}{}; `pollbench list` shows all", did_you_mean(name, known))]
    Unknown {
        /// The kind of thing that was named.
        what: &'static str,
        /// What was asked for.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// A value that a knob or parameter can't take.
    #[error("{name} can't be {value:?}: it takes {range}")]
    OutOfRange {
        /// The knob or parameter.
        name: String,
        /// What was asked for.
        value: String,
        /// The values that the knob or parameter takes.
        range: String,
    },
    /// A workload that needs a trace, and got none.
    #[error(
        "the workload {workload} needs a trace: write one with `pollbench trace -o FILE COMPONENT`, and give it as --param {parameter}=FILE"
    )]
    NoTrace {
        /// The workload.
        workload: &'static str,
        /// The parameter that names the trace.
        parameter: &'static str,
    },
    /// A trace that can't be replayed; the text says why.
    #[error("{0}")]
    Trace(String),
    /// More events under way than pollables.
    #[error("{active} active of {pollables} pollables: there can't be more than all of them")]
    TooActive {
        /// The number of active pollables.
        active: u32,
        /// The number of all pollables.
        pollables: u32,
    },
    /// A host on which counts are not the same on every run.
    #[error(
        "nothing is counted on the host {host:?}, where no two runs are the same: compare on a simulated one"
    )]
    NotCounted {
        /// The host's name.
        host: String,
    },
    /// Two guests of one name.
    #[error("two guests are called {name:?}: name one of them otherwise, with --guest NAME=FILE")]
    SameName {
        /// The name that both have.
        name: String,
    },
    /// The baseline has a guest that is neither built in nor given.
    #[error(
        "the baseline has the guest {name:?}, which is not built in: name its file with --guest, as {name}=FILE if it calls itself otherwise"
    )]
    NoCandidate {
        /// The guest's name.
        name: String,
    },
    /// A processor to stay on that this process may not run on.
    #[error(
        "{}: this process may run on {}",
        .asked.map_or("no processor can be chosen here".into(), |it| format!("there is no processor {it} to stay on")),
        if .allowed.is_empty() { "what the system chooses".into() } else { format!("{allowed:?}") }
    )]
    Processor {
        /// The processor that was asked for, if one was.
        asked: Option<u32>,
        /// The processors that this process may run on.
        allowed: Vec<u32>,
    },
    /// A real host with worker threads was to stay on one processor.
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
    /// No guest is selected.
    #[error("no guest is selected: name some with --guests or --guest")]
    NoGuests,
    /// More connections are to be active than there are.
    #[error(
        "{active} active connections of {connections}: --active is at most --connections, or a share such as 10%"
    )]
    MoreActiveConnections {
        /// The active ones.
        active: u32,
        /// All of them.
        connections: u32,
    },
    /// The measured window is too short for any request.
    #[error("no request is planned in {time:?} at {rate} a second: raise --time or --rate")]
    NoRequest {
        /// The length of the window.
        time: std::time::Duration,
        /// Requests a second.
        rate: u32,
    },
    /// A request would come on a connection before the one before it may be answered.
    #[error(
        "with {active} active connections a request comes on each every {every:?}, and timers may take {longest:?}: lower --delay or --rate, or raise --active"
    )]
    DelayTooLong {
        /// The longest timer.
        longest: std::time::Duration,
        /// The time between two requests of a connection.
        every: std::time::Duration,
        /// The number of active connections.
        active: u32,
    },
    /// Requests of HTTP were given a size.
    #[error("--bytes is not for http: its requests are as long as what they ask for")]
    SizeOfHttp,
    /// A simulation was to be held beside handlers of HTTP.
    #[error(
        "--simulated is not for http: a simulation has as many pollables as there are connections, and a handler has one for each of its requests"
    )]
    SimulatedHttp,
    /// A request can't say how long its timer is.
    #[error(
        "a request of {bytes} bytes can't say how long its timer is: raise --bytes to 2 or more"
    )]
    NoRoomForDelay {
        /// The size of a request.
        bytes: u32,
    },
    /// An export would take the place of what it is made of.
    #[error("{} is the history itself, and an export would take its place: name another file", path.display())]
    OverHistory {
        /// The file.
        path: PathBuf,
    },
    /// A server that may be changed has no token.
    #[error(
        "--allow-changes needs a token of at least {shortest} letters, digits and signs of ASCII in {variable}: whoever knows it can begin runs and add records"
    )]
    NoToken {
        /// The variable that it is looked for in.
        variable: &'static str,
        /// The fewest characters.
        shortest: usize,
    },
    /// Two servers have the same name.
    #[error("two servers are called {name:?}: name one of them, with --guest NAME=FILE")]
    TwoServers {
        /// The name.
        name: String,
    },
    /// What is no guest was given in place of one.
    #[error("{given:?} is no guest: only a built-in guest or a component file can be taken here")]
    NotAGuest {
        /// What was given.
        given: String,
    },
    /// A knob that takes words was to be tuned.
    #[error(
        "the knob {knob:?} takes no whole numbers but {range}, and can't be tuned: `run --knob {knob}=…` compares its values"
    )]
    KnobOfWords {
        /// The knob.
        knob: String,
        /// What it takes.
        range: String,
    },
    /// A knob was given a fixed value and was to be tuned too.
    #[error("the knob {knob:?} has a fixed value after @: leave one of both out")]
    FixedKnob {
        /// The knob.
        knob: String,
    },
    /// A knob was to be tuned together with itself.
    #[error("the knob {knob:?} can't be tuned together with itself: a grid has two knobs")]
    OneKnobTwice {
        /// The knob.
        knob: String,
    },
    /// More than two knobs were to be tuned together.
    #[error(
        "{given:?} are more than two knobs: a grid has two; with commas between them, knobs are tuned one after the other"
    )]
    ManyKnobsTogether {
        /// What was given.
        given: String,
    },
    /// A guest has no knob that can be tuned.
    #[error(
        "{guest} has no knob that takes whole numbers and is not fixed: there is nothing to tune"
    )]
    NothingToTune {
        /// The guest.
        guest: String,
    },
    /// Several cells were given where one is wanted.
    #[error("one cell is profiled at a time: give one workload, and one value for each setting")]
    OneCell,
    /// Something was asked of another record that only that of a matrix has.
    #[error("this is {}, which has neither cells to print as CSV nor a --worst", .0.words())]
    NotOfAMatrix(Kind),
    /// A simulation was to be held beside servers of which it has no cell.
    #[error(
        "{} has no time of any guest that is measured here, with as many pollables as there are connections: simulate that first, such as with `pollbench run --guests bare,slab-list --workloads idle --pollables 1000`",
        path.display()
    )]
    NothingSimulated {
        /// The record.
        path: PathBuf,
    },
    /// A bound for the latency came with another objective than the cost.
    #[error(
        "--p99-at-most goes with the objective ns-per-event: it is what is least within the bound"
    )]
    BoundedObjective,
    /// A workload of a mix has several settings.
    #[error("a mix has one work of each workload: give each --param one value")]
    SeveralInMix,
}
