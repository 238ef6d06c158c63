//! The policies of users and roles, which stand in them.

use stave_model::{IdentityKind, InlinePolicy, UserName, role_arn, user_arn};
use stave_store::Error;

use crate::query_api::answer::{Answer, Fault, Outcome};
use crate::query_api::call::{Call, OWNER, word};
use crate::query_api::errors::from_store;
use crate::query_api::paging::Page;
use crate::query_api::xml::Xml;

pub(super) async fn put(call: &Call<'_>, action: &str, kind: IdentityKind) -> Outcome<Answer> {
    let bearer = bearer(call, kind)?;
    let policy = InlinePolicy {
        name: call.params.policy_name()?,
        document: call.params.required("PolicyDocument")?.to_owned(),
    };
    call.may(action, &arn(&bearer, kind)).await?;
    refuse_owner(&bearer)?;
    let held = call.rights_of(&bearer, kind).await?.policies;
    let others = held.iter().filter(|held| held.name != policy.name);
    let others: usize = others.map(|held| weight(&held.document)).sum();
    let most = most(kind);
    if others + weight(&policy.document) > most {
        let message = format!(
            "Maximum policy size of {most} bytes exceeded for {} {bearer}",
            word(kind)
        );
        return Err(Fault::conflict("LimitExceeded", message));
    }
    let put = call.identities.put_identity_policy(&bearer, policy).await;
    put.map_err(from_store)?;
    Ok(Answer::Done)
}

pub(super) async fn get(call: &Call<'_>, action: &str, kind: IdentityKind) -> Outcome<Answer> {
    let bearer = bearer(call, kind)?;
    let name = call.params.policy_name()?;
    call.may(action, &arn(&bearer, kind)).await?;
    let held = call.rights_of(&bearer, kind).await?.policies;
    let policy = held.into_iter().find(|policy| policy.name == name);
    let policy = policy.ok_or_else(|| missing(kind, name.as_str()))?;
    let told = Xml::new()
        .text(parameter(kind), bearer.as_str())
        .text("PolicyName", policy.name.as_str())
        .policy("PolicyDocument", &policy.document);
    Ok(Answer::Result(told))
}

pub(super) async fn list(call: &Call<'_>, action: &str, kind: IdentityKind) -> Outcome<Answer> {
    let bearer = bearer(call, kind)?;
    call.may(action, &arn(&bearer, kind)).await?;
    let held = call.rights_of(&bearer, kind).await?.policies;
    let names: Vec<String> = held.iter().map(|policy| policy.name.to_string()).collect();
    let page = Page::cut(call.params, names, String::clone)?;
    Ok(Answer::Result(page.told_names("PolicyNames")))
}

pub(super) async fn delete(call: &Call<'_>, action: &str, kind: IdentityKind) -> Outcome<Answer> {
    let bearer = bearer(call, kind)?;
    let name = call.params.policy_name()?;
    call.may(action, &arn(&bearer, kind)).await?;
    call.identity_of(&bearer, kind).await?;
    let deleted = call.identities.delete_identity_policy(&bearer, &name).await;
    deleted.map_err(|error| match error {
        Error::NoSuchIdentityPolicy { .. } => missing(kind, name.as_str()),
        error => from_store(error),
    })?;
    Ok(Answer::Done)
}

/// The owner of the vault is bound by nothing: a policy of its own would have no effect.
fn refuse_owner(name: &UserName) -> Outcome<()> {
    if name.as_str() != OWNER {
        return Ok(());
    }
    let message = "The owner of the vault may do everything; a policy would have no effect.";
    Err(Fault::new("UnmodifiableEntity", message))
}

fn bearer(call: &Call<'_>, kind: IdentityKind) -> Outcome<UserName> {
    call.params.identity(parameter(kind))
}

fn parameter(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::User => "UserName",
        IdentityKind::Role => "RoleName",
    }
}

fn arn(name: &UserName, kind: IdentityKind) -> String {
    match kind {
        IdentityKind::User => user_arn(name),
        IdentityKind::Role => role_arn(name),
    }
}

/// Returns how many bytes all policies of an identity may have together; spaces do not count.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub(super) fn most(kind: IdentityKind) -> usize {
    match kind {
        IdentityKind::User => 2_048,
        IdentityKind::Role => 10_240,
    }
}

fn weight(document: &str) -> usize {
    document
        .bytes()
        .filter(|b| !b.is_ascii_whitespace())
        .count()
}

fn missing(kind: IdentityKind, policy: &str) -> Fault {
    let what = word(kind);
    Fault::no_such_entity(format!(
        "The {what} policy with name {policy} cannot be found."
    ))
}
