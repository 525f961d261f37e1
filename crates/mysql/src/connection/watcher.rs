//! Calls the watch now and then while a statement runs, because the driver waits without a word.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use limbeck_core::dialect::{Interrupt, Progress, Watch};

/// How long it is between two looks.
const EVERY: Duration = Duration::from_millis(100);

/// A thread that calls a watch. It ends when this is dropped.
pub(super) struct Watcher {
    running: Arc<AtomicBool>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A statement is running for as long as this lives.
pub(super) struct Running(Arc<AtomicBool>);

impl Watcher {
    pub(super) fn new(mut watch: Watch, interrupt: Interrupt) -> Self {
        let running = Arc::new(AtomicBool::new(false));
        let (stop, stopped) = mpsc::channel();
        let seen = running.clone();
        let thread = thread::spawn(move || {
            while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                if seen.load(Ordering::Relaxed) && watch(Progress { rows: None }) == ControlFlow::Break(()) {
                    interrupt();
                }
            }
        });
        Self { running, stop: Some(stop), thread: Some(thread) }
    }

    /// Says that a statement begins to run.
    pub(super) fn running(&self) -> Running {
        self.running.store(true, Ordering::Relaxed);
        Running(self.running.clone())
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A watch that panicked has said so already.
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
