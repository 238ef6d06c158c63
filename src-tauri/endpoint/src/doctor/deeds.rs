//! Whether the key still signs, whether the link is still good, whether its maker may, and whether anything is there.

use super::attempt::Attempt;
use super::claim::Claim;
use super::surroundings::{Deed, KeyState, KnownKey, LinkState, Place, Presence, Surroundings};
use super::time::utc;
use super::words::{Cause, Finding, Part, Report};

/// Looks at the key, and at the token that it needs.
pub(super) fn key(key: &KnownKey, claim: &Claim, report: &mut Report) {
    let (id, user) = (&claim.key_id, &key.user);
    let (cause, sentence, found, cure) = match &key.state {
        KeyState::Active | KeyState::Link(_) if claim.token.is_some() => (
            Cause::TokenWrong,
            "A session token is sent, and this key has none.".to_owned(),
            "a token",
            "Leave the session token out.",
        ),
        KeyState::Active | KeyState::Link(_) | KeyState::Session => {
            let sentence = format!("The access key is active, and is that of {user}.");
            return report.note(Finding::right(Part::Key, sentence).found(id));
        }
        KeyState::TokenMissing => (
            Cause::TokenMissing,
            format!(
                "The key is that of a session of {user}, and X-Amz-Security-Token is not sent."
            ),
            "no token",
            "Give the client the session token beside id and secret.",
        ),
        KeyState::TokenWrong => (
            Cause::TokenWrong,
            format!("The token is not that of this session of {user}."),
            "another token",
            "Take id, secret and token of one session.",
        ),
        KeyState::Disabled => (
            Cause::KeyDisabled,
            format!("The access key {id} of {user} is turned off."),
            "off",
            "Turn it on again, or make a link with another key.",
        ),
        KeyState::Deleted => (
            Cause::KeyDeleted,
            format!("The access key {id} of {user} was removed."),
            "removed",
            "Make a link with another key.",
        ),
        KeyState::Expired { at } => {
            let when = at.map_or_else(String::new, |at| format!(" on {}", utc(at.as_secs())));
            (
                Cause::SessionExpired,
                format!("The session has ended{when}."),
                "ended",
                "Get a new session, then sign again.",
            )
        }
    };
    let finding = Finding::wrong(Part::Key, sentence)
        .expected(match cause {
            Cause::TokenMissing | Cause::TokenWrong => "the token of the key, or none",
            _ => "an active key",
        })
        .found(found)
        .cure(cure);
    report.blame(cause, finding);
}

/// Looks at what became of a link.
pub(super) fn link(link: &LinkState, attempt: &Attempt, place: &Place, report: &mut Report) {
    if let Some(at) = link.revoked {
        let sentence = format!("The link was revoked on {}.", utc(at.as_secs()));
        let finding = Finding::wrong(Part::Link, sentence)
            .expected("a live link")
            .found("revoked")
            .cure("Make a new link.");
        return report.blame(Cause::LinkRevoked, finding);
    }
    if let Some(most) = link.max_uses.filter(|most| link.uses >= *most) {
        let sentence = format!(
            "The link was used {} times, as often as it may be.",
            link.uses
        );
        let finding = Finding::wrong(Part::Link, sentence)
            .expected(format!("fewer than {most} uses"))
            .found(format!("{} uses", link.uses))
            .cure("Make a new link.");
        return report.blame(Cause::LinkUsedUp, finding);
    }
    let is_read = |method: &str| matches!(method, "GET" | "HEAD");
    let other_method =
        link.method != attempt.method && !(is_read(&link.method) && is_read(&attempt.method));
    let other_place = link
        .place
        .as_ref()
        .is_some_and(|of| of.bucket != place.bucket || of.key != place.key);
    if other_method || other_place {
        let shown = |place: &Place| format!("s3://{}/{}", place.bucket, place.key);
        let expected = link.place.as_ref().map(shown).unwrap_or_default();
        let finding = Finding::wrong(
            Part::Link,
            "The link's key signs nothing but the link's own request.",
        )
        .expected(format!("{} {expected}", link.method))
        .found(format!("{} {}", attempt.method, shown(place)))
        .cure("Use the link as it was made.");
        return report.blame(Cause::LinkElsewhere, finding);
    }
    let left = link
        .max_uses
        .map_or_else(String::new, |most| format!(" of {most}"));
    let sentence = format!("The link is live, and was used {}{left} times.", link.uses);
    report.note(Finding::right(Part::Link, sentence).found(&link.id));
}

/// Looks at whether the signer may, and at what is there.
pub(super) async fn examine(
    key: &KnownKey,
    method: &str,
    place: &Place,
    surroundings: &Surroundings<'_>,
    report: &mut Report,
) {
    let presence = surroundings.known.object(place).await;
    if matches!(presence, Ok(Presence::NoBucket)) {
        let finding = Finding::wrong(
            Part::Object,
            format!("There is no bucket {}.", place.bucket),
        )
        .expected("a bucket of that name")
        .found("none")
        .cure("Make the bucket, or correct its name.");
        return report.blame(Cause::NoBucket, finding);
    }
    let deed = Deed {
        user: key.user.clone(),
        method: method.to_owned(),
        place: place.clone(),
    };
    match surroundings.known.may(&deed).await {
        Ok(Some(permission)) if permission.allowed => {
            report.note(Finding::right(Part::Policy, permission.sentence));
        }
        Ok(Some(permission)) => {
            let finding = Finding::wrong(Part::Policy, permission.sentence)
                .expected(format!(
                    "{} may {method} s3://{}/{}",
                    key.user, place.bucket, place.key
                ))
                .found("denied")
                .cure("Change the policy that decides, or sign as somebody who may.");
            return report.blame(Cause::Denied, finding);
        }
        Ok(None) | Err(_) => {
            let sentence = format!("Whether {} may do it cannot be told here.", key.user);
            report.note(Finding::open(Part::Policy, sentence));
        }
    }
    let reads = matches!(method, "GET" | "HEAD") && !place.key.is_empty();
    if !reads {
        return;
    }
    match presence {
        Ok(Presence::There) => {
            let sentence = format!("s3://{}/{} is there.", place.bucket, place.key);
            report.note(Finding::right(Part::Object, sentence));
        }
        Ok(presence @ (Presence::NoKey | Presence::Deleted | Presence::NoVersion)) => {
            absent(place, presence, report);
        }
        Ok(Presence::Unknown | Presence::NoBucket) | Err(_) => {
            let sentence = "Whether the object is there cannot be told here.";
            report.note(Finding::open(Part::Object, sentence));
        }
    }
}

fn absent(place: &Place, presence: Presence, report: &mut Report) {
    let object = format!("s3://{}/{}", place.bucket, place.key);
    let version = place.version.as_deref().unwrap_or_default();
    let (cause, sentence, found) = match presence {
        Presence::NoVersion => (
            Cause::NoVersion,
            format!("{object} has no version {version}."),
            "no such version",
        ),
        Presence::Deleted => (
            Cause::NoObject,
            format!("{object} was deleted."),
            "a delete marker",
        ),
        _ => (Cause::NoObject, format!("There is no {object}."), "nothing"),
    };
    let finding = Finding::wrong(Part::Object, sentence)
        .expected(object)
        .found(found)
        .cure("Check the key, capitals and spaces too; or upload the object.");
    report.blame(cause, finding);
}
