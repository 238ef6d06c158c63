//! What changes do to an open listing: what they touch is noted at once and read again at the next look.

use std::collections::BTreeSet;
use std::mem;
use std::sync::Arc;

use stave_model::{Fold, ObjectKey, fold};
use stave_store::Result;

use super::{Cursor, QUICK_PAGES, REPAIR_PAGES_MAX, Stale};
use crate::listing::known::Order;

impl Cursor {
    pub(super) fn note_key(&self, key: &ObjectKey) {
        let (key, prefix) = (key.as_str(), &self.source.prefix);
        if !key.starts_with(prefix.as_str()) {
            return;
        }
        if self.order != Order::Keys {
            return self.note_all();
        }
        let row = match fold(key, prefix, "/") {
            Fold::Key => key,
            Fold::CommonPrefix(folder) => folder,
        };
        self.lock().stale.add(row);
    }

    pub(super) fn note_all(&self) {
        self.lock().stale = Stale::All;
    }

    /// Reads again what changed since the last look.
    pub(super) async fn refresh(self: &Arc<Self>) -> Result<()> {
        let (stale, walking, few) = {
            let mut state = self.lock();
            let few = state.known.rows() <= QUICK_PAGES * 1_000;
            (mem::take(&mut state.stale), state.walking, few)
        };
        match stale {
            Stale::Nothing => Ok(()),
            // Two walks at once would race; the change waits for the look after this walk.
            Stale::All if walking => {
                self.note_all();
                Ok(())
            }
            Stale::All if few => self.walk_again().await,
            Stale::All => {
                self.walk_again_behind();
                Ok(())
            }
            Stale::Names(names) => self.repair(&names).await,
        }
    }

    fn walk_again_behind(self: &Arc<Self>) {
        self.lock().walking = true;
        let cursor = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = cursor.walk_again().await {
                tracing::warn!(%error, "a changed listing could not be walked again");
            }
            cursor.walk_ended();
        });
    }

    /// Counts the pages again in which these rows stand.
    async fn repair(self: &Arc<Self>, names: &BTreeSet<String>) -> Result<()> {
        let (stretches, last) = self.lock().touched(names);
        if stretches.len() > REPAIR_PAGES_MAX {
            self.note_all();
            return Ok(());
        }
        for stretch in stretches {
            let pages = self.read(&stretch).await?;
            self.lock().replace(&stretch, pages);
        }
        if last {
            self.lock().reopen_last();
            self.walk_some().await?;
        }
        Ok(())
    }
}
