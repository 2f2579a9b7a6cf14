//! Writer: one thread that commits what is queued, many windows in one transaction.

use std::{
    sync::{Arc, mpsc},
    thread::JoinHandle,
};

use store::{Delivery, Store, StoreError, WindowRecord};

/// How many deliveries wait at most; whoever comes later waits to be let in.
const QUEUE_RECORDS_MAX: usize = 64;
/// How many segment bytes one transaction carries at most: beyond one or two MiB a commit gets uneven.
const COMMIT_BYTES_MAX: usize = 2 * 1024 * 1024;

struct Job {
    record: WindowRecord,
    reply: mpsc::SyncSender<Result<Delivery, StoreError>>,
}

/// The way to the thread.
pub(crate) struct Writer {
    queue: Option<mpsc::SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(store: Arc<dyn Store>) -> Self {
        let (queue, jobs) = mpsc::sync_channel::<Job>(QUEUE_RECORDS_MAX);
        let thread = std::thread::spawn(move || run(store.as_ref(), &jobs));
        Self { queue: Some(queue), thread: Some(thread) }
    }

    /// Records a delivery and waits until it is durable.
    pub(crate) fn record(&self, record: WindowRecord) -> Result<Delivery, StoreError> {
        let gone = || StoreError::Database {
            attempt: "record a window".to_owned(),
            cause: "the writer has stopped".to_owned(),
        };
        let (reply, answer) = mpsc::sync_channel(1);
        let queue = self.queue.as_ref().ok_or_else(gone)?;
        queue.send(Job { record, reply }).map_err(|_| gone())?;
        answer.recv().map_err(|_| gone())?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to do.
            let _ = thread.join();
        }
    }
}

fn run(store: &dyn Store, jobs: &mpsc::Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let mut records = Vec::new();
        let mut replies = Vec::new();
        let mut bytes = 0;
        let mut next = Some(first);
        while let Some(job) = next {
            bytes += job.record.segment.as_ref().map_or(0, |segment| segment.bytes.len());
            records.push(job.record);
            replies.push(job.reply);
            next = if bytes < COMMIT_BYTES_MAX { jobs.try_recv().ok() } else { None };
        }
        let answers = match store.record_windows(&records) {
            Ok(answers) => answers,
            Err(error) => {
                let cause = error.to_string();
                let failed = || StoreError::Database { attempt: "record windows".to_owned(), cause: cause.clone() };
                replies.iter().map(|_| Err(failed())).collect()
            }
        };
        for (reply, answer) in replies.into_iter().zip(answers) {
            // Whoever asked may have gone; what was recorded stays recorded.
            let _ = reply.send(answer);
        }
    }
}
