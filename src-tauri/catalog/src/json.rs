//! JSON in columns: for what is stored whole and never searched by.

use serde::{Deserialize, Serialize};

use crate::{Cause, Error, Result};

pub(crate) fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Database(Cause::new(error)))
}

pub(crate) fn from_json<T: for<'j> Deserialize<'j>>(json: &str, what: &'static str) -> Result<T> {
    serde_json::from_str(json).map_err(|_| Error::Damaged { what })
}
