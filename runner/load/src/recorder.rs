use std::ops::Range;

use crate::connection::Asked;
use crate::load::Load;
use crate::plan::Plan;
use crate::times::Times;

/// Records the requests planned within the window. All moments are nanoseconds from the start.
pub(crate) struct Recorder {
    window: Range<u64>,
    latency: Times,
    service: Times,
    lateness: Times,
    sent: u64,
    queued: u64,
    received: u64,
    last_reply: u64,
    /// Of the whole run.
    pub requests: u64,
}

impl Recorder {
    pub(crate) fn new(plan: &Plan) -> Self {
        let window = plan.window();
        Self {
            last_reply: window.end,
            window,
            latency: Times::new(),
            service: Times::new(),
            lateness: Times::new(),
            sent: 0,
            queued: 0,
            received: 0,
            requests: 0,
        }
    }

    /// The generator turns to a request.
    pub(crate) fn asks(&mut self, planned: u64, now: u64) {
        self.requests += 1;
        if self.window.contains(&planned) {
            self.sent += 1;
            self.lateness.record(now - planned);
        }
    }

    /// The socket of a request was full.
    pub(crate) fn queues(&mut self, planned: u64) {
        self.queued += u64::from(self.window.contains(&planned));
    }

    /// The reply to a request is complete.
    pub(crate) fn answered(&mut self, asked: Asked, now: u64) {
        let Asked { planned, delay, sent } = asked;
        if self.window.contains(&planned) {
            self.received += 1;
            // As if the server had not been asked to wait. No reply comes before it may.
            let now = now - delay;
            self.latency.record(now - planned);
            self.service.record(now - sent);
            self.last_reply = self.last_reply.max(now);
        }
    }

    pub(crate) fn load(self, unclosed: u32) -> Load {
        let rate = |count: u64, end: u64| count as f64 * 1e9 / (end - self.window.start) as f64;
        Load {
            offered: rate(self.sent, self.window.end),
            achieved: rate(self.received, self.last_reply),
            sent: self.sent,
            received: self.received,
            queued: self.queued,
            requests: self.requests,
            unclosed,
            latency: self.latency,
            service: self.service,
            lateness: self.lateness,
        }
    }
}
