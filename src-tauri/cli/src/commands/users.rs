//! `stave users` and `stave roles`.

use std::path::Path;

use serde::Serialize;
use serde_json::{Value, json};
use stave_endpoint::control::{AccessAnswer, AccessRequest, IdentityInfo, KeyInfo, KeyStatus};
use stave_model::{Timestamp, UserName};

use crate::access::Access;
use crate::args::{IdentityPolicyCommand, RolesCommand, UsersCommand};
use crate::connect::misunderstood;
use crate::context::Context;
use crate::failure::{Exit, Failure, Outcome};
use crate::output::Output;
use crate::secrets::text_of;
use crate::shown::{counted, local_time, rfc3339, shown};

/// A user or a role in JSON.
#[derive(Serialize)]
struct IdentityLine<'a> {
    kind: &'static str,
    name: &'a str,
    #[serde(rename = "type")]
    is: &'a str,
    arn: &'a str,
    created: String,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_seconds: Option<u32>,
}

/// Works on users.
pub async fn users(context: &mut Context, command: UsersCommand) -> Outcome {
    let access = Access::reach(&context.global).await?;
    let output = &mut context.output;
    let done = match command {
        UsersCommand::List => list(output, &access, None).await,
        UsersCommand::Add { name, description } => {
            let request = AccessRequest::CreateIdentity {
                name: name.as_str().to_owned(),
                description,
                trust: None,
                session_secs: None,
            };
            made(output, &access, request).await
        }
        UsersCommand::Show(one) => show(output, &access, &one.name).await,
        UsersCommand::Delete(one) => delete(output, &access, &one.name).await,
        UsersCommand::Policy(command) => policy(output, &access, command).await,
    };
    access.close().await;
    done
}

/// Works on roles.
pub async fn roles(context: &mut Context, command: RolesCommand) -> Outcome {
    let access = Access::reach(&context.global).await?;
    let output = &mut context.output;
    let done = match command {
        RolesCommand::List => list(output, &access, Some("role")).await,
        RolesCommand::Show(one) => show(output, &access, &one.name).await,
        RolesCommand::Delete(one) => delete(output, &access, &one.name).await,
        RolesCommand::Policy(command) => policy(output, &access, command).await,
        RolesCommand::Add { .. } | RolesCommand::Set { .. } => {
            keep_role(output, &access, command).await
        }
    };
    access.close().await;
    done
}

async fn keep_role(output: &mut Output, access: &Access, command: RolesCommand) -> Outcome {
    let request = match command {
        RolesCommand::Add {
            name,
            trust,
            description,
            session,
        } => AccessRequest::CreateIdentity {
            name: name.as_str().to_owned(),
            description,
            trust: Some(text_of(&trust)?),
            session_secs: session.map(|time| seconds(time.as_secs())),
        },
        RolesCommand::Set {
            name,
            trust,
            description,
            session,
        } => AccessRequest::ChangeRole {
            name: name.as_str().to_owned(),
            description,
            trust: trust.as_deref().map(text_of).transpose()?,
            session_secs: session.map(|time| seconds(time.as_secs())),
        },
        RolesCommand::List
        | RolesCommand::Show(_)
        | RolesCommand::Delete(_)
        | RolesCommand::Policy(_) => return Ok(()),
    };
    made(output, access, request).await
}

/// A time that is too long for the type is too long for the vault, which says so.
pub(super) fn seconds(of: u64) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

async fn list(output: &mut Output, access: &Access, only: Option<&str>) -> Outcome {
    let mut skip = 0;
    loop {
        let answer = access.ask(AccessRequest::ListIdentities { skip }).await?;
        let AccessAnswer::Identities { identities, next } = answer else {
            return Err(misunderstood().into());
        };
        for one in identities
            .iter()
            .filter(|one| only.is_none_or(|kind| one.kind == kind))
        {
            output.result(&line(one), text(one))?;
        }
        match next {
            Some(next) => skip = next,
            None => return Ok(()),
        }
    }
}

async fn made(output: &mut Output, access: &Access, request: AccessRequest) -> Outcome {
    match access.ask(request).await? {
        AccessAnswer::Identity { identity, .. } => output.report(&line(&identity), text(&identity)),
        _ => Err(misunderstood().into()),
    }
}

async fn show(output: &mut Output, access: &Access, name: &UserName) -> Outcome {
    let name = name.as_str().to_owned();
    let answer = access.ask(AccessRequest::ShowIdentity { name }).await?;
    let AccessAnswer::Identity {
        identity,
        trust,
        policies,
        keys,
        sessions,
    } = answer
    else {
        return Err(misunderstood().into());
    };
    let trust_json: Option<Value> = trust
        .as_deref()
        .and_then(|trust| serde_json::from_str(trust).ok());
    let mut entry = serde_json::to_value(line(&identity)).unwrap_or_default();
    entry["policies"] = json!(policies);
    entry["trust"] = json!(trust_json);
    entry["sessions"] = json!(sessions);
    entry["keys"] = keys.iter().map(key_line).collect();
    let mut told = vec![
        row("Name", &identity.name),
        row("Kind", &identity.kind),
        row("ARN", &identity.arn),
        row(
            "Made",
            &local_time(Timestamp::from_millis(identity.created_ms)),
        ),
    ];
    if !identity.description.is_empty() {
        told.push(row("About", &shown(&identity.description)));
    }
    told.push(row("Policies", &listed(&policies)));
    for key in &keys {
        let key = format!("{} ({})", key.access_key_id, word(key.status));
        told.push(row("Access key", &key));
    }
    told.push(row("Sessions", &counted(sessions as u64, "session")));
    if let Some(secs) = identity.session_secs {
        told.push(row("At most", &format!("{secs} s each")));
    }
    if let Some(trust) = trust {
        told.push("Trust:".to_owned());
        told.extend(trust.lines().map(shown));
    }
    output.result(&entry, told.join("\n"))
}

/// Returns a line of what is shown, its name in a column of its own.
fn row(name: &str, value: &str) -> String {
    format!("{:13}{value}", format!("{name}:"))
}

async fn delete(output: &mut Output, access: &Access, name: &UserName) -> Outcome {
    let request = AccessRequest::DeleteIdentity {
        name: name.as_str().to_owned(),
    };
    access.tell(request).await?;
    let line = json!({ "kind": "identity-removed", "name": name.as_str() });
    output.report(&line, format!("Removed {name}."))
}

async fn policy(output: &mut Output, access: &Access, command: IdentityPolicyCommand) -> Outcome {
    match command {
        IdentityPolicyCommand::Set { name, policy, file } => {
            let request = AccessRequest::PutPolicy {
                identity: name.as_str().to_owned(),
                policy: policy.as_str().to_owned(),
                document: document(&file)?,
            };
            access.tell(request).await?;
            let line = json!({
                "kind": "identity-policy-set", "name": name.as_str(), "policy": policy.as_str(),
            });
            output.report(&line, format!("{name} has the policy {policy}."))
        }
        IdentityPolicyCommand::Show(one) => {
            let request = AccessRequest::ShowPolicy {
                identity: one.name.as_str().to_owned(),
                policy: one.policy.as_str().to_owned(),
            };
            let AccessAnswer::Policy { document } = access.ask(request).await? else {
                return Err(misunderstood().into());
            };
            let policy: Value = serde_json::from_str(&document).unwrap_or_default();
            let line = json!({
                "kind": "identity-policy", "name": one.name.as_str(),
                "policy": one.policy.as_str(), "document": policy,
            });
            output.result(&line, document.trim_end())
        }
        IdentityPolicyCommand::Remove(one) => {
            let request = AccessRequest::DeletePolicy {
                identity: one.name.as_str().to_owned(),
                policy: one.policy.as_str().to_owned(),
            };
            access.tell(request).await?;
            let line = json!({
                "kind": "identity-policy-removed", "name": one.name.as_str(),
                "policy": one.policy.as_str(),
            });
            let (name, policy) = (&one.name, &one.policy);
            output.report(&line, format!("Removed the policy {policy} of {name}."))
        }
    }
}

/// Reads a policy, and says of what is none where in the file it is wrong.
fn document(file: &Path) -> Outcome<String> {
    let text = text_of(file)?;
    stave_policy::Policy::parse(&text, stave_policy::Kind::Identity).map_err(|error| {
        Failure::new(Exit::Usage, format!("{} is no policy.", file.display()))
            .because(&error)
            .cure("Correct it there.")
    })?;
    Ok(text)
}

fn line(one: &IdentityInfo) -> IdentityLine<'_> {
    IdentityLine {
        kind: "identity",
        name: &one.name,
        is: &one.kind,
        arn: &one.arn,
        created: rfc3339(Timestamp::from_millis(one.created_ms)),
        description: &one.description,
        session_seconds: one.session_secs,
    }
}

fn text(one: &IdentityInfo) -> String {
    let made = local_time(Timestamp::from_millis(one.created_ms));
    let about = shown(&one.description);
    let text = format!("{made}  {:4}  {:20}  {about}", one.kind, one.name);
    text.trim_end().to_owned()
}

fn key_line(key: &KeyInfo) -> Value {
    json!({
        "access_key_id": key.access_key_id,
        "status": word(key.status),
        "created": rfc3339(Timestamp::from_millis(key.created_ms)),
    })
}

fn word(status: KeyStatus) -> &'static str {
    match status {
        KeyStatus::Active => "active",
        KeyStatus::Inactive => "inactive",
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.join(", ")
}
