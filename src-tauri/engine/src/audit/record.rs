//! Records of what is no operation of the key service.

use serde_json::{Map, Value};
use stave_model::{Actor, Change};

use super::{Draft, append};
use crate::audit::event::{Event, event_json};
use crate::core::Core;
use crate::error::Result;

/// The `eventSource` of what the store itself offers and AWS does not.
const SOURCE: &str = "stave";

impl Core {
    /// Records an event of the vault's own life.
    pub(crate) fn record_event(
        &self,
        by: &Actor,
        name: &'static str,
        request: Map<String, Value>,
        extra: Map<String, Value>,
    ) -> Result<()> {
        let draft = Draft {
            request,
            extra,
            ..Draft::default()
        };
        let event = Event {
            by,
            source: SOURCE,
            name,
            read_only: true,
            draft: &draft,
            refused: None,
        };
        let at = self.clock.now();
        let json = event_json(&event, self.ids.random_16(), at, &self.region);
        let kms = std::sync::Arc::clone(&self.kms);
        self.catalog
            .write(move |tx| append(tx, &kms.audit, at, json))?;
        self.publish(&Change::Audit);
        Ok(())
    }
}
