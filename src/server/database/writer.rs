//! The thread that writes: whatever is queued goes into one transaction, so that parallel requests share it.

use std::sync::mpsc::Receiver;

use tokio::sync::{oneshot, watch};

use super::file::File;
use crate::server::store::Journal;

/// What the thread is asked to do.
pub(super) enum Order {
    /// To write the changes of a request.
    Save {
        /// Its place in the order of changes, from 1.
        batch: u64,
        /// The changes.
        journal: Journal,
    },
    /// To close the file and tell when that is done.
    Close(oneshot::Sender<()>),
}

/// How far the file has come.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The last batch that is on the disk.
    pub(super) saved: u64,
    /// Why no more can be written.
    pub(super) failure: Option<String>,
    /// How many transactions that took.
    #[cfg(test)]
    pub(super) transactions: u64,
}

/// Writes until nobody is left who could ask, or the file can't be written.
pub(super) fn run(mut file: File, queue: &Receiver<Order>, progress: &watch::Sender<Progress>) {
    let mut close = None;
    while close.is_none() {
        let Ok(first) = queue.recv() else { break };
        let (mut journals, mut last) = (Vec::new(), None);
        for order in std::iter::once(first).chain(queue.try_iter()) {
            match order {
                Order::Save { batch, journal } => {
                    journals.push(journal);
                    last = Some(batch);
                }
                Order::Close(done) => {
                    close = Some(done);
                    break;
                }
            }
        }
        let Some(last) = last else { continue };
        if let Err(why) = file.save(&journals) {
            progress.send_modify(|now| now.failure = Some(why));
            break;
        }
        progress.send_modify(|now| {
            now.saved = last;
            #[cfg(test)]
            {
                now.transactions += 1;
            }
        });
    }
    // Closing brings the write-ahead log into the file and removes it.
    drop(file);
    if let Some(done) = close {
        // Whoever asked may have gone.
        let _ = done.send(());
    }
}
