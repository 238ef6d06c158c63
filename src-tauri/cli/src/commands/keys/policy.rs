//! The policy of a key.

use std::path::Path;

use serde_json::{Value, json};
use stave_model::{ACCOUNT, root_arn};
use stave_policy::{Context, Kind, Policy, Principal, Request, Verdict, evaluate};

use super::Work;
use crate::args::PolicyCommand;
use crate::failure::{Exit, Failure, Outcome};
use crate::output::Output;
use crate::secrets::text_of;

/// Shows or sets the policy of a key.
pub async fn policy(work: &mut Work<'_>, command: PolicyCommand) -> Outcome {
    match command {
        PolicyCommand::Show(one) => show(work, &one.key).await,
        PolicyCommand::Set { key, file } => set(work, &key, &file).await,
        PolicyCommand::Check { file } => check(work.output, &file),
    }
}

async fn show(work: &mut Work<'_>, key: &str) -> Outcome {
    let id = work.id(key).await?;
    let doing = format!("read the policy of key {key}");
    let asked = json!({ "KeyId": id, "PolicyName": "default" });
    let told = work.service.call(&doing, "GetKeyPolicy", &asked).await?;
    let text = told["Policy"].as_str().unwrap_or_default().to_owned();
    let policy: Value = serde_json::from_str(&text).unwrap_or_default();
    let line = json!({ "kind": "key-policy", "key_id": id, "policy": policy });
    work.output.result(&line, text)
}

async fn set(work: &mut Work<'_>, key: &str, file: &Path) -> Outcome {
    let text = text_of(file)?;
    read(&text, file)?;
    let id = work.id(key).await?;
    let doing = format!("set the policy of key {key}");
    let asked = json!({ "KeyId": id, "PolicyName": "default", "Policy": text });
    work.service.call(&doing, "PutKeyPolicy", &asked).await?;
    let line = json!({ "kind": "key-policy-set", "key_id": id });
    work.output
        .report(&line, format!("Key {id} has a new policy."))
}

/// Looks whether a file is a policy, and whether it leaves somebody who can change it.
pub fn check(output: &mut Output, file: &Path) -> Outcome {
    let policy = read(&text_of(file)?, file)?;
    let owner = Principal::Root {
        account: ACCOUNT.to_owned(),
    };
    let request = Request::new(owner, "kms:PutKeyPolicy", "*", Context::new());
    let locks_out = !matches!(evaluate(&[&policy], &request), Verdict::Allowed { .. });
    if locks_out {
        return Err(Failure::new(Exit::Usage, "The policy locks its owner out.")
            .why("With it nobody of this account could change it again.")
            .cure(format!("Allow kms:* to {}.", root_arn()))
            .into());
    }
    let statements = policy.statements().len();
    let line = json!({ "kind": "key-policy-checked", "statements": statements });
    output.report(&line, "It is a policy, and its owner can change it again.")
}

fn read(text: &str, file: &Path) -> Outcome<Policy> {
    Policy::parse(text, Kind::Resource).map_err(|error| {
        Failure::new(Exit::Usage, format!("{} is no policy.", file.display()))
            .because(&error)
            .cure("Correct it there.")
            .into()
    })
}
