//! Grants: uses of a key that are allowed beside its policy.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stave_model::{UserName, user_arn};

use super::Work;
use crate::args::{AddGrant, GrantsCommand};
use crate::failure::{Exit, Failure, Outcome};

/// Lists, makes and revokes grants.
pub async fn grants(work: &mut Work<'_>, command: GrantsCommand) -> Outcome {
    match command {
        GrantsCommand::List(one) => list(work, &one.key).await,
        GrantsCommand::Add(args) => add(work, args).await,
        GrantsCommand::Revoke { key, grant } => {
            let id = work.id(&key).await?;
            let asked = json!({ "KeyId": id, "GrantId": grant });
            let doing = format!("revoke grant {grant} of key {key}");
            work.service.call(&doing, "RevokeGrant", &asked).await?;
            let line = json!({ "kind": "grant-revoked", "key_id": id, "grant_id": grant });
            work.output.report(&line, format!("Revoked {grant}."))
        }
    }
}

async fn list(work: &mut Work<'_>, key: &str) -> Outcome {
    let id = work.id(key).await?;
    let doing = format!("list the grants of key {key}");
    let asked = json!({ "KeyId": id });
    let grants = work
        .service
        .list(&doing, "ListGrants", asked, "Grants")
        .await?;
    for grant in &grants {
        let line = json!({
            "kind": "grant",
            "key_id": id,
            "grant_id": grant["GrantId"],
            "grantee": grant["GranteePrincipal"],
            "operations": grant["Operations"],
            "constraints": grant["Constraints"],
            "name": grant["Name"],
        });
        let operations = grant["Operations"].as_array().into_iter().flatten();
        let operations: Vec<_> = operations.filter_map(Value::as_str).collect();
        let text = format!(
            "{}  {}  {}",
            grant["GrantId"].as_str().unwrap_or_default(),
            grant["GranteePrincipal"].as_str().unwrap_or_default(),
            operations.join(" ")
        );
        work.output.result(&line, text)?;
    }
    Ok(())
}

async fn add(work: &mut Work<'_>, args: AddGrant) -> Outcome {
    let grantee = arn(&args.to)?;
    let id = work.id(&args.key).await?;
    let mut asked = json!({
        "KeyId": id,
        "GranteePrincipal": grantee,
        "Operations": args.operations,
    });
    if !args.context.is_empty() {
        let context: BTreeMap<_, _> = args.context.into_iter().collect();
        asked["Constraints"] = json!({ "EncryptionContextSubset": context });
    }
    if let Some(name) = args.name {
        asked["Name"] = json!(name);
    }
    let doing = format!("make a grant of key {}", args.key);
    let made = work.service.call(&doing, "CreateGrant", &asked).await?;
    let grant = made["GrantId"].as_str().unwrap_or_default();
    let line = json!({ "kind": "grant-made", "key_id": id, "grant_id": grant, "grantee": grantee });
    work.output.result(&line, grant)
}

/// A user of this vault may be named shortly.
fn arn(who: &str) -> Outcome<String> {
    if who.starts_with("arn:") {
        return Ok(who.to_owned());
    }
    let user = UserName::parse(who).map_err(|error| {
        Failure::new(Exit::Usage, "Cannot make the grant.")
            .because(&error)
            .cure("Name a user, or write an ARN.")
    })?;
    Ok(user_arn(&user))
}
