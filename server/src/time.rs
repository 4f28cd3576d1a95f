//! The one place that reads the time of day.

use model::{Minutes, Moment};
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::Notify;

/// A clock. Decisions get their moment from here, and only from here.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Moment;

    /// Waits until `at` by this clock, or until the clock is moved.
    fn wait(&self, at: Moment) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        let now = chrono::Utc::now();
        Moment::from_ms(now.timestamp_millis())
    }

    fn wait(&self, at: Moment) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let ms = self.now().ms_until(at).max(0).unsigned_abs();
        Box::pin(tokio::time::sleep(std::time::Duration::from_millis(ms + 1)))
    }
}

/// A clock that tests move: it stands still, or runs on from where it was set.
#[derive(Debug)]
pub struct TestClock {
    at: AtomicI64,
    moved: Notify,
}

impl TestClock {
    /// A clock that stands at `at`.
    pub fn at(at: Moment) -> Self {
        Self { at: AtomicI64::new(at.ms()), moved: Notify::new() }
    }

    /// Moves it on.
    pub fn advance(&self, by: Minutes) {
        self.advance_ms(i64::from(by.0) * 60_000);
    }

    /// Moves it on, by milliseconds.
    pub fn advance_ms(&self, ms: i64) {
        self.at.fetch_add(ms, Ordering::SeqCst);
        self.moved.notify_waiters();
    }
}

impl Clock for TestClock {
    fn now(&self) -> Moment {
        Moment::from_ms(self.at.load(Ordering::SeqCst))
    }

    fn wait(&self, at: Moment) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            let moved = self.moved.notified();
            if self.now() <= at {
                moved.await;
            }
        })
    }
}
