//! Stillness: while one scenario lists everybody, no other changes anything.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::Method;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

use crate::http::Request;

/// What the scenarios of a run share: those that change something hold it together, one that lists everybody holds it alone.
#[derive(Debug, Clone, Default)]
pub(super) struct Stillness(Arc<RwLock<()>>);

/// One scenario's part in it.
#[derive(Debug, Default)]
pub(super) struct Turn {
    stillness: Stillness,
    kept: Mutex<Option<OwnedRwLockWriteGuard<()>>>,
}

impl Turn {
    pub fn of(stillness: &Stillness) -> Turn {
        Turn { stillness: stillness.clone(), kept: Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, Option<OwnedRwLockWriteGuard<()>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on nobody else changes anything; whatever is being changed is waited for.
    pub async fn keep_still(&self) {
        let kept = Arc::clone(&self.stillness.0).write_owned().await;
        *self.kept() = Some(kept);
    }

    /// Everybody may change something again.
    pub fn let_go(&self) {
        self.kept().take();
    }

    /// Waits until a request may be sent, and holds the others off while it changes something: `None` where it need not.
    pub async fn to_send(&self, request: &Request) -> Option<OwnedRwLockReadGuard<()>> {
        let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(&request.method);
        if reads || self.kept().is_some() {
            return None;
        }
        Some(Arc::clone(&self.stillness.0).read_owned().await)
    }
}
