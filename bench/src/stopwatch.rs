//! How long something takes: the processor time of the thread, where the system tells it, so that what else runs on the machine
//! does not count; elsewhere the time of the clock.

use std::time::Duration;

/// A stopwatch that runs.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch {
    #[cfg(unix)]
    start: Duration,
    #[cfg(not(unix))]
    start: std::time::Instant,
}

#[cfg(unix)]
fn now() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let (seconds, nanos) = (u64::try_from(now.tv_sec), u32::try_from(now.tv_nsec));
    Duration::new(seconds.unwrap_or_default(), nanos.unwrap_or_default())
}

impl Stopwatch {
    /// Starts one.
    #[must_use]
    pub fn start() -> Self {
        #[cfg(unix)]
        let start = now();
        #[cfg(not(unix))]
        let start = std::time::Instant::now();
        Self { start }
    }

    /// The time since it was started, by the same thread.
    #[must_use]
    pub fn took(self) -> Duration {
        #[cfg(unix)]
        let took = now().saturating_sub(self.start);
        #[cfg(not(unix))]
        let took = self.start.elapsed();
        took
    }
}
