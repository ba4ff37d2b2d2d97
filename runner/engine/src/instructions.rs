//! Counts the instructions that the host's `poll` retires, where the system allows it.
//!
//! Only instructions in user space are counted, because most systems don't allow counting
//! the kernel's. They are those of the counted lane, where they hardly differ from run to
//! run.

/// Counts the instructions of `poll` in the measured window of a run.
pub struct Instructions {
    counter: Counter,
    /// The instructions that two readings of the counter, one right after the other, differ
    /// by.
    reading: u64,
    total: u64,
}

impl Instructions {
    /// Begins to count for this thread, or says why nothing can be counted.
    pub fn open() -> Result<Self, String> {
        /// The least difference is taken, because an interruption only adds instructions.
        const READINGS: usize = 100;
        let mut counter = Counter::open()?;
        let mut between = || Some(counter.read()?.abs_diff(counter.read()?));
        let reading = (0..READINGS).filter_map(|_| between()).min();
        let reading = reading.ok_or("its count can't be read")?;
        Ok(Self { counter, reading, total: 0 })
    }

    /// Runs `body`, and adds the instructions that it takes.
    pub fn count<R>(&mut self, body: impl FnOnce() -> R) -> R {
        let before = self.counter.read();
        let result = body();
        if let (Some(before), Some(after)) = (before, self.counter.read()) {
            self.total += after.saturating_sub(before).saturating_sub(self.reading);
        }
        result
    }

    /// The measured window opens: what came before does not count.
    pub fn open_window(&mut self) {
        self.total = 0;
    }

    /// What was counted since the window opened.
    pub fn total(&self) -> u64 {
        self.total
    }
}

/// Why instructions can't be counted here, if they can't.
pub fn why_no_instructions() -> Option<String> {
    Instructions::open().err()
}

#[cfg(target_os = "linux")]
struct Counter(perf_event::Counter);

#[cfg(target_os = "linux")]
impl Counter {
    fn open() -> Result<Self, String> {
        use perf_event::Builder;
        use perf_event::events::Hardware;
        let opened = Builder::new(Hardware::INSTRUCTIONS).build().and_then(|mut counter| {
            counter.enable()?;
            Ok(counter)
        });
        opened.map(Self).map_err(|error| explain(&error))
    }

    fn read(&mut self) -> Option<u64> {
        self.0.read().ok()
    }
}

/// What keeps this thread from being observed.
#[cfg(target_os = "linux")]
pub(super) fn explain(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => {
            "this processor has no counter of instructions that the system may use, as in most virtual machines".into()
        }
        ErrorKind::PermissionDenied => {
            "the system does not allow it: kernel.perf_event_paranoid is to be 2 or less, and a container needs the perf_event_open call".into()
        }
        _ => format!("the system can't: {error}"),
    }
}

#[cfg(not(target_os = "linux"))]
struct Counter;

#[cfg(not(target_os = "linux"))]
impl Counter {
    fn open() -> Result<Self, String> {
        Err("pollbench counts instructions on Linux only".into())
    }

    fn read(&mut self) -> Option<u64> {
        None
    }
}
