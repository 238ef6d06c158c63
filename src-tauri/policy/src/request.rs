//! What is asked: who wants to do what with which resource, and under which circumstances.

use std::collections::BTreeMap;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// A user or a role's session, by its ARN.
    User {
        /// `arn:aws:iam::000000000000:user/ana` say.
        arn: String,
        /// The account that it belongs to.
        account: String,
    },
    /// The owner of an account.
    Root {
        /// The account.
        account: String,
    },
    /// A service, by its name.
    Service(String),
    /// Somebody who did not sign.
    Anonymous,
}

/// The circumstances of a request: condition keys and their values. The case of keys does not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    values: BTreeMap<String, Vec<String>>,
}

impl Context {
    /// Makes an empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value of a key.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.add(key, value);
        self
    }

    /// Adds a value of a key: to those that it has, so that a key can have a set.
    pub fn add(&mut self, key: &str, value: impl Into<String>) {
        let values = self.values.entry(key.to_lowercase()).or_default();
        values.push(value.into());
    }

    /// Removes a key with all its values.
    pub fn remove(&mut self, key: &str) {
        self.values.remove(&key.to_lowercase());
    }

    /// Returns the values of a key; none where it is absent.
    pub fn values(&self, key: &str) -> &[String] {
        let found = self.values.get(&key.to_lowercase());
        found.map_or(&[], Vec::as_slice)
    }
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// Who asks.
    pub principal: Principal,
    /// The canonical id of the asker's account, as S3's lists name it, where it has one.
    pub canonical_user: Option<String>,
    /// The action, `s3:GetObject` say.
    pub action: String,
    /// The resource by its ARN; `*` where the action has none.
    pub resource: String,
    /// The circumstances.
    pub context: Context,
}

impl Request {
    /// Makes a request of somebody without a canonical id.
    pub fn new(
        principal: Principal,
        action: impl Into<String>,
        resource: impl Into<String>,
        context: Context,
    ) -> Self {
        Self {
            principal,
            canonical_user: None,
            action: action.into(),
            resource: resource.into(),
            context,
        }
    }

    /// Names the canonical id of the asker's account.
    #[must_use]
    pub fn with_canonical_user(mut self, id: impl Into<String>) -> Self {
        self.canonical_user = Some(id.into());
        self
    }
}
