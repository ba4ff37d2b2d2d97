use std::io;
use std::os::fd::OwnedFd;
use std::task::{Context, Poll};
use std::time::Duration;

use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
use tokio::io::unix::AsyncFd;

use super::descriptor::readable;

/// A timer that wakes its task as exactly as the system can: tokio's own timers end at
/// whole milliseconds.
pub struct Alarm {
    timer: AsyncFd<OwnedFd>,
    is_set: bool,
}

impl Alarm {
    /// An alarm that is not set.
    pub fn new() -> io::Result<Self> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        let timer = readable(timer)?;
        Ok(Self { timer, is_set: false })
    }

    /// Sets the alarm to the time `after` from now, or to never.
    pub fn set(&mut self, after: Option<Duration>) {
        if after.is_none() && !self.is_set {
            return;
        }
        // A time of 0 would unset the timer.
        let after = after.map(|after| after.max(Duration::from_nanos(1)));
        let value = after.unwrap_or_default();
        let value =
            Timespec { tv_sec: value.as_secs() as i64, tv_nsec: i64::from(value.subsec_nanos()) };
        let never = Timespec { tv_sec: 0, tv_nsec: 0 };
        let time = Itimerspec { it_interval: never, it_value: value };
        let set = timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &time);
        debug_assert!(set.is_ok(), "any time can be set");
        self.is_set = after.is_some();
    }

    /// Whether the alarm has gone off; if not, `cx` is woken when it does.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        if !self.is_set {
            return false;
        }
        while let Poll::Ready(Ok(mut ready)) = self.timer.poll_read_ready(cx) {
            if rustix::io::read(self.timer.get_ref(), &mut [0_u8; 8]).is_ok() {
                self.is_set = false;
                ready.clear_ready();
                return true;
            }
            ready.clear_ready();
        }
        false
    }
}
