//! Users and access keys from before rows of them had MACs: taken over once, when the vault is first opened.
//!
//! Rows are taken over only where no identity has a MAC at all, and only as the migration left them, so
//! nobody gets more rights that way than users had before there were policies.

use stave_catalog::users::UserRow;
use stave_catalog::{Catalog, access_keys, identity_policies, users};
use stave_model::{IdentityKind, InlinePolicy, PolicyName};
use stave_store::Rights;
use stave_vault::MacKey;

use super::rows::{identity_row, key_mac};
use crate::engine::ADMIN;
use crate::error::{Error, Result};

/// The policy that the migration gave to each user but the owner.
const OWN_BUCKETS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:CreateBucket","s3:ListAllMyBuckets"],"Resource":"*"}]}"#;

/// Takes over what the migration left.
pub(crate) fn adopt(catalog: &Catalog, mac: &MacKey) -> Result<()> {
    let present = catalog.read(|tx| Ok::<_, Error>(users::list(tx)?))?;
    if present.is_empty() || present.iter().any(|row| row.mac.is_some()) {
        return Ok(());
    }
    let mac = mac.clone();
    catalog.write(move |tx| {
        for row in users::list(tx)? {
            let policies = identity_policies::of_identity(tx, &row.identity.name)?;
            if is_as_migrated(&row, &policies) {
                let rights = Rights {
                    identity: row.identity,
                    policies,
                };
                users::update(tx, &identity_row(&rights, &mac))?;
            }
        }
        for row in access_keys::list(tx)? {
            access_keys::set_mac(tx, &row.key.id, &key_mac(&row.key, &mac))?;
        }
        Ok::<_, Error>(())
    })
}

fn is_as_migrated(row: &UserRow, policies: &[InlinePolicy]) -> bool {
    let identity = &row.identity;
    let plain = identity.kind == IdentityKind::User
        && identity.description.is_empty()
        && identity.trust.is_none()
        && identity.session_secs.is_none();
    let is_own_buckets = |policy: &InlinePolicy| {
        PolicyName::parse("own-buckets").as_ref() == Ok(&policy.name)
            && policy.document == OWN_BUCKETS
    };
    plain
        && match policies {
            [] => identity.name.as_str() == ADMIN,
            [one] => identity.name.as_str() != ADMIN && is_own_buckets(one),
            _ => false,
        }
}
