//! The directory in a file: what was answered is on the disk before the answer leaves.
//!
//! The store in memory answers all reads; the file follows it. Each request's changes are queued while the store is
//! locked, so that the file sees them in the order in which they happened. A thread writes whatever is queued in one
//! transaction, and an answer waits until everything that it may tell of is on the disk.

mod file;
mod refusal;
mod schema;
mod writer;

use std::future::pending;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

use tokio::sync::{oneshot, watch};

use super::start::StartError;
use super::store::{Journal, Store};
use file::File;
use writer::{Order, Progress};

/// A directory that is kept in a file. Dropping it writes what is queued and closes the file, in its own time.
pub(super) struct Database {
    orders: mpsc::Sender<Order>,
    /// How many batches were queued. It changes while the store is locked, and at no other time.
    queued: AtomicU64,
    progress: watch::Receiver<Progress>,
    restored: Option<usize>,
}

/// How far the file must have come before an answer may go out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticket {
    /// The last batch that the answer may tell of.
    batch: u64,
    /// That batch is the request's own.
    pub(super) wrote: bool,
}

/// The file does not follow any more. What is in memory may be lost, so nobody may be told of it.
#[derive(Debug)]
pub(super) struct Unsaved;

impl Database {
    /// Opens the file and puts what it keeps into the empty `store`. A new file gets what `fill` puts there instead.
    ///
    /// # Errors
    /// A file that can't be opened, is in use, damaged, or not of this server's making. It is left as it is.
    pub(super) fn open(path: &Path, store: &mut Store, fill: impl FnOnce(&mut Store)) -> Result<Database, StartError> {
        let mut file = File::open(path)?;
        let restored = if file.is_new() {
            fill(store);
            file.create(store)?;
            None
        } else {
            Some(file.load(store)?)
        };
        file.follow()?;
        store.keep_journal();
        Database::start(file, restored)
    }

    fn start(file: File, restored: Option<usize>) -> Result<Database, StartError> {
        let (orders, queue) = mpsc::channel();
        let (told, progress) = watch::channel(Progress::default());
        let thread = std::thread::Builder::new().name("database".to_owned());
        thread
            .spawn(move || writer::run(file, &queue, &told))
            .map_err(|error| StartError::new(format!("no thread can be started: {error}"), "is the machine full?"))?;
        Ok(Database { orders, queued: AtomicU64::new(0), progress, restored })
    }

    /// How many resources the file had; `None` if it is new.
    pub(super) fn restored(&self) -> Option<usize> {
        self.restored
    }

    /// Queues what a request has changed. Call it while the store is locked.
    pub(super) fn note(&self, journal: Journal) -> Ticket {
        let wrote = !journal.written.is_empty();
        if !wrote {
            return self.look();
        }
        let batch = self.queued.fetch_add(1, Ordering::SeqCst) + 1;
        // Where the thread has ended, `saved` tells.
        let _ = self.orders.send(Order::Save { batch, journal });
        Ticket { batch, wrote }
    }

    /// Stands for what a request may have seen that changed nothing, while it still holds the store.
    pub(super) fn look(&self) -> Ticket {
        Ticket { batch: self.queued.load(Ordering::SeqCst), wrote: false }
    }

    /// Waits until everything that the ticket stands for is on the disk.
    ///
    /// # Errors
    /// If that will never be.
    pub(super) async fn saved(&self, ticket: Ticket) -> Result<(), Unsaved> {
        let mut progress = self.progress.clone();
        let reached = progress.wait_for(|now| now.saved >= ticket.batch || now.failure.is_some()).await;
        match reached {
            Ok(now) if now.saved >= ticket.batch => Ok(()),
            _ => Err(Unsaved),
        }
    }

    /// Whether the file has stopped following.
    pub(super) fn has_failed(&self) -> bool {
        self.progress.borrow().failure.is_some()
    }

    /// Waits until the file can't follow any more, and says why. For ever, if all goes well.
    pub(super) async fn failed(&self) -> String {
        let mut progress = self.progress.clone();
        let failure = match progress.wait_for(|now| now.failure.is_some()).await {
            Ok(now) => now.failure.clone(),
            Err(_) => None,
        };
        match failure {
            Some(failure) => failure,
            None => pending().await,
        }
    }

    /// Writes what is queued and closes the file, which is then whole without any other file beside it.
    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        // Errors mean that the thread has ended already.
        if self.orders.send(Order::Close(done)).is_ok() {
            let _ = closed.await;
        }
    }
}

#[cfg(test)]
mod tests;
