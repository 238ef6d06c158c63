//! The account as a whole.

use stave_model::IdentityKind;

use super::policies::most;
use crate::query_api::answer::{Answer, Outcome};
use crate::query_api::call::Call;
use crate::query_api::errors::from_store;
use crate::query_api::xml::Xml;

/// What IAM counts and this endpoint has none of.
const NONE_OF: [&str; 9] = [
    "AccountMFAEnabled",
    "AccountSigningCertificatesPresent",
    "Groups",
    "InstanceProfiles",
    "MFADevices",
    "MFADevicesInUse",
    "Policies",
    "Providers",
    "ServerCertificates",
];

pub(super) async fn summary(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    call.may(action, "*").await?;
    let listed = call.identities.list_identities().await;
    let listed = listed.map_err(from_store)?;
    let count = |kind| listed.iter().filter(|one| one.kind == kind).count();
    let entry = |key: &str, value: usize| {
        let entry = Xml::new()
            .text("key", key)
            .text("value", &value.to_string());
        ("entry", entry)
    };
    let mut entries = vec![
        entry("Users", count(IdentityKind::User)),
        entry("Roles", count(IdentityKind::Role)),
        entry("AccountAccessKeysPresent", 1),
        entry("UserPolicySizeQuota", most(IdentityKind::User)),
        entry("RolePolicySizeQuota", most(IdentityKind::Role)),
    ];
    entries.extend(NONE_OF.map(|key| entry(key, 0)));
    let map = entries
        .into_iter()
        .fold(Xml::new(), |map, (name, entry)| map.nested(name, &entry));
    Ok(Answer::Result(Xml::new().nested("SummaryMap", &map)))
}

/// Tells that the account has no other name than its number.
pub(super) async fn aliases(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    call.may(action, "*").await?;
    let none = Xml::new().list("AccountAliases", []);
    Ok(Answer::Result(none.text("IsTruncated", "false")))
}
