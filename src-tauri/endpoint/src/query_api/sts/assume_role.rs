//! `AssumeRole`: credentials of a role, for whom its trust policy names. Who is named by the account alone needs a
//! policy of its own besides.
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>

use stave_model::{ACCOUNT, Identity, IdentityKind, UserName, session_arn};
use stave_policy::{Context, Decision, Kind, Policy, Request, Rule, Verdict, evaluate};
use stave_store::{Error, NewSession};

use super::credentials;
use super::session_token::SHORTEST;
use crate::query_api::answer::{Answer, Fault, Outcome};
use crate::query_api::call::Call;
use crate::query_api::errors::from_store;
use crate::query_api::iam::{AN_HOUR, TWELVE_HOURS};
use crate::query_api::ids::unique_id;
use crate::query_api::may::Ground;
use crate::query_api::xml::Xml;
use crate::server::note_failure;

const ACTION: &str = "sts:AssumeRole";

/// The most characters of a policy that bounds a session.
const POLICY_CHARS: usize = 2_048;

/// What of AWS' is not offered: tags, second factors, managed policies and identities that are handed on.
const NOT_OFFERED: [&str; 7] = [
    "PolicyArns",
    "ProvidedContexts",
    "SerialNumber",
    "SourceIdentity",
    "Tags",
    "TokenCode",
    "TransitiveTagKeys",
];

pub(super) async fn assume(call: &Call<'_>) -> Outcome<Answer> {
    let arn = call.params.required("RoleArn")?;
    let name = session_name(call)?;
    let policy = session_policy(call)?;
    let wanted = call
        .params
        .number("DurationSeconds", SHORTEST, TWELVE_HOURS)?;
    call.params.refuse(&NOT_OFFERED)?;
    let role = role(call, arn).await?;
    may(call, &role, &name).await?;
    let seconds = seconds(call, &role, wanted)?;
    let new = NewSession {
        identity: role.name.clone(),
        name,
        issued_by: call.user.clone(),
        seconds,
        policy: policy.map(str::to_owned),
    };
    let made = call.identities.begin_session(new).await;
    let made = made.map_err(from_store)?;
    let assumed_id = format!("{}:{}", unique_id(&role), made.session.name);
    let user = Xml::new()
        .text("AssumedRoleId", &assumed_id)
        .text("Arn", &session_arn(&role.name, &made.session.name));
    let told = credentials::told(&made).nested("AssumedRoleUser", &user);
    Ok(Answer::Result(match policy {
        Some(policy) => told.number("PackedPolicySize", packed_percent(policy)),
        None => told,
    }))
}

/// Lets the caller become a role, or fails.
async fn may(call: &Call<'_>, role: &Identity, session: &str) -> Outcome<()> {
    let arn = role.arn();
    let trust = role.trust.as_deref().unwrap_or_default();
    let trust = Policy::parse(trust, Kind::Trust).map_err(|error| {
        note_failure(&error);
        call.refused(ACTION, &arn, "because its trust policy cannot be read")
    })?;
    let mut context = call.circumstances().with("sts:RoleSessionName", session);
    if let Some(id) = call.params.text("ExternalId") {
        context.add("sts:ExternalId", id);
    }
    let ground = Ground {
        policy: Some(&trust),
        rule: Rule::ResourceFirst,
    };
    let decided = call.decide(ACTION, &arn, context.clone(), ground).await?;
    let trusts_account = || names_account(call, &trust, &arn, context);
    match decided.decision {
        Decision::Allowed(_) => Ok(()),
        // The owner needs no policy of its own where the trust policy names the account.
        Decision::Silent if call.is_by_owner() && trusts_account() => Ok(()),
        Decision::Denied(_) | Decision::OutOfBounds | Decision::Silent => {
            Err(call.refused(ACTION, &arn, &decided.why))
        }
    }
}

/// Returns whether a trust policy lets the account in, and so the owner of the vault.
fn names_account(call: &Call<'_>, trust: &Policy, arn: &str, context: Context) -> bool {
    let request = Request::new(call.principal(), ACTION, arn, context);
    let verdict = evaluate(&[trust], &request);
    matches!(verdict, Verdict::AllowedForAccount { .. })
}

/// Returns the role that an ARN names. Of one that is not there AWS says what it says of one that one may not become.
async fn role(call: &Call<'_>, arn: &str) -> Outcome<Identity> {
    let missing = || {
        call.refused(
            ACTION,
            arn,
            "because there is no such role or it does not trust the caller",
        )
    };
    let name = arn.strip_prefix(&format!("arn:aws:iam::{ACCOUNT}:role/"));
    let Some(Ok(name)) = name.map(UserName::parse) else {
        return Err(missing());
    };
    match call.identities.rights_of(&name).await {
        Ok(rights) if rights.identity.kind == IdentityKind::Role => Ok(rights.identity),
        Ok(_) | Err(Error::NoSuchIdentity(_)) => Err(missing()),
        Err(error) => Err(from_store(error)),
    }
}

/// Returns how long the session is to be. One that is begun from the session of another role lasts an hour at most.
fn seconds(call: &Call<'_>, role: &Identity, wanted: Option<u32>) -> Outcome<u32> {
    let chained = call.by.session.as_ref();
    let chained = chained.is_some_and(|session| session.kind == IdentityKind::Role);
    let wanted = wanted.unwrap_or(AN_HOUR);
    if chained && wanted > AN_HOUR {
        return Err(Fault::invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by \
             role chaining",
        ));
    }
    if wanted > role.session_secs.unwrap_or(AN_HOUR) {
        return Err(Fault::invalid(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(wanted)
}

fn session_name(call: &Call<'_>) -> Outcome<String> {
    let text = call.params.required("RoleSessionName")?;
    // The rules are those of user names, and two characters at least.
    if text.len() < 2 || UserName::parse(text).is_err() {
        return Err(Fault::invalid(format!(
            "1 validation error detected: Value '{text}' at 'roleSessionName' failed to satisfy \
             constraint: Member must have 2 to 64 characters of [\\w+=,.@-]"
        )));
    }
    Ok(text.to_owned())
}

fn session_policy<'c>(call: &Call<'c>) -> Outcome<Option<&'c str>> {
    let Some(text) = call.params.text("Policy") else {
        return Ok(None);
    };
    if text.chars().count() > POLICY_CHARS {
        let message = format!("The policy has more than {POLICY_CHARS} characters.");
        return Err(Fault::new("PackedPolicyTooLarge", message));
    }
    Policy::parse(text, Kind::Identity)
        .map_err(|error| Fault::new("MalformedPolicyDocument", error.to_string()))?;
    Ok(Some(text))
}

/// Returns how much of the room for a policy it takes, in hundredths and at least one.
fn packed_percent(policy: &str) -> u32 {
    let percent = (policy.len() * 100).div_ceil(POLICY_CHARS);
    u32::try_from(percent).unwrap_or(100).min(100)
}
