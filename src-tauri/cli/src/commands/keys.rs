//! `stave keys`: the keys of the key service.

mod grants;
mod import;
mod policy;
mod rotation;
mod seal;
mod tags;
mod told;

use serde_json::{Value, json};

use crate::args::{AliasCommand, CreateKey, DeleteKey, KeysCommand};
use crate::context::Context;
use crate::failure::{Exit, Failure, Outcome};
use crate::key_service::KeyService;
use crate::output::Output;
use crate::prompt;
use crate::secrets::text_of;
use crate::shown::shown;
use told::{KeyLine, key_text};

/// The most bytes of a key's name, with `alias/`.
const ALIAS_MAX: usize = 256;

/// What every command of these works with.
struct Work<'c> {
    output: &'c mut Output,
    service: &'c KeyService,
}

/// Works on keys.
pub async fn keys(context: &mut Context, command: KeysCommand) -> Outcome {
    // A policy is checked without a key service: it is text.
    if let KeysCommand::Policy(crate::args::PolicyCommand::Check { file }) = &command {
        return policy::check(&mut context.output, file);
    }
    let service = KeyService::reach(&context.global).await?;
    let mut work = Work {
        output: &mut context.output,
        service: &service,
    };
    let done = Box::pin(run(&mut work, command)).await;
    service.close().await;
    done
}

async fn run(work: &mut Work<'_>, command: KeysCommand) -> Outcome {
    match command {
        KeysCommand::List => list(work).await,
        KeysCommand::Show(one) => show(work, &one.key).await,
        KeysCommand::Create(create) => make(work, create).await,
        KeysCommand::Alias(command) => alias(work, command).await,
        KeysCommand::Describe { key, text } => describe(work, &key, &text).await,
        KeysCommand::Enable(one) => switch(work, &one.key, "EnableKey", "enable").await,
        KeysCommand::Disable(one) => switch(work, &one.key, "DisableKey", "disable").await,
        KeysCommand::Rotate(one) => rotation::rotate(work, &one.key).await,
        KeysCommand::Rotation(args) => rotation::rotation(work, args).await,
        KeysCommand::Versions(one) => rotation::versions(work, &one.key).await,
        KeysCommand::Usage(one) => usage(work, &one.key).await,
        KeysCommand::Policy(command) => policy::policy(work, command).await,
        KeysCommand::Grants(command) => grants::grants(work, command).await,
        KeysCommand::Tags(command) => tags::tags(work, command).await,
        KeysCommand::Delete(args) => delete(work, args).await,
        KeysCommand::CancelDeletion(one) => cancel_deletion(work, &one.key).await,
        KeysCommand::Import(args) => import::import(work, args).await,
        KeysCommand::Encrypt(args) => seal::seal(work, args).await,
        KeysCommand::Decrypt(args) => seal::open(work, args).await,
    }
}

impl Work<'_> {
    /// Describes a key by its id, its ARN or an alias.
    async fn find(&self, key: &str) -> Outcome<Value> {
        let doing = format!("find key {key}");
        let asked = json!({ "KeyId": key });
        let mut found = self.service.call(&doing, "DescribeKey", &asked).await?;
        Ok(found["KeyMetadata"].take())
    }

    /// Returns the id of a key: most operations of AWS KMS take no alias.
    async fn id(&self, key: &str) -> Outcome<String> {
        let found = self.find(key).await?;
        Ok(found["KeyId"].as_str().unwrap_or(key).to_owned())
    }

    async fn names(&self, id: &str) -> Outcome<Vec<String>> {
        let asked = json!({ "KeyId": id });
        let doing = format!("list the names of key {id}");
        let aliases = self.service.list(&doing, "ListAliases", asked, "Aliases");
        Ok(aliases.await?.iter().filter_map(name_of).collect())
    }

    /// Shows a key as it is now.
    async fn tell(&mut self, key: &str) -> Outcome {
        let found = self.find(key).await?;
        let id = found["KeyId"].as_str().unwrap_or(key);
        let line = KeyLine::of(&found, self.names(id).await?);
        self.output.report(&line, line.short())
    }
}

fn name_of(alias: &Value) -> Option<String> {
    alias["AliasName"].as_str().map(str::to_owned)
}

async fn list(work: &mut Work<'_>) -> Outcome {
    let doing = "list the keys";
    let keys = work
        .service
        .list(doing, "ListKeys", json!({}), "Keys")
        .await?;
    let aliases = work
        .service
        .list(doing, "ListAliases", json!({}), "Aliases");
    let aliases = aliases.await?;
    for key in keys {
        let Some(id) = key["KeyId"].as_str() else {
            continue;
        };
        let own = aliases.iter().filter(|alias| alias["TargetKeyId"] == id);
        let names = own.filter_map(name_of).collect();
        let line = KeyLine::of(&work.find(id).await?, names);
        work.output.result(&line, line.short())?;
    }
    Ok(())
}

async fn show(work: &mut Work<'_>, key: &str) -> Outcome {
    let found = work.find(key).await?;
    let id = found["KeyId"].as_str().unwrap_or(key).to_owned();
    let mut line = KeyLine::of(&found, work.names(&id).await?);
    // Material that was imported rotates by nobody, and AWS KMS has no answer for it.
    let asked = json!({ "KeyId": id });
    let rotation = work.service.call("", "GetKeyRotationStatus", &asked).await;
    if let Ok(rotation) = rotation
        && rotation["KeyRotationEnabled"] == true
    {
        line.rotation_days = rotation["RotationPeriodInDays"].as_u64();
    }
    work.output.result(&line, key_text(&line))
}

async fn make(work: &mut Work<'_>, create: CreateKey) -> Outcome {
    let mut asked = json!({
        "Description": create.description,
        "KeySpec": create.spec.as_str(),
        "KeyUsage": create.spec.usage(),
        "Origin": if create.external { "EXTERNAL" } else { "AWS_KMS" },
        "Tags": create.tags.iter().map(tags::document).collect::<Value>(),
    });
    if let Some(file) = &create.policy {
        asked["Policy"] = Value::String(text_of(file)?);
    }
    let alias = create.alias.as_deref().map(full_name);
    if let Some(alias) = &alias {
        refuse_taken(work, alias).await?;
    }
    let made = work.service.call("make a key", "CreateKey", &asked).await?;
    let id = made["KeyMetadata"]["KeyId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    if let Some(alias) = alias {
        let asked = json!({ "AliasName": alias, "TargetKeyId": id });
        let doing = format!("name the new key {id} {alias}");
        work.service.call(&doing, "CreateAlias", &asked).await?;
    }
    let line = KeyLine::of(&work.find(&id).await?, work.names(&id).await?);
    work.output.result(&line, line.short())
}

/// A name that is taken, or none at all, is refused before there is a key that nobody asked for.
async fn refuse_taken(work: &Work<'_>, alias: &str) -> Outcome {
    let name = alias.trim_start_matches("alias/");
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/_-".contains(c);
    if name.is_empty()
        || alias.len() > ALIAS_MAX
        || !name.chars().all(allowed)
        || name.starts_with("aws/")
    {
        return Err(Failure::new(Exit::Usage, "The key was not made.")
            .why(format!("{} cannot be the name of a key.", shown(alias)))
            .cure("Take letters, digits and / _ - for it, and not aws/ at its beginning.")
            .into());
    }
    let all = work.service.list(
        "list the names of keys",
        "ListAliases",
        json!({}),
        "Aliases",
    );
    if all
        .await?
        .iter()
        .filter_map(name_of)
        .any(|name| name == alias)
    {
        return Err(Failure::new(Exit::Conflict, "The key was not made.")
            .why(format!("{alias} names another key."))
            .cure("Choose another name.")
            .into());
    }
    Ok(())
}

/// Returns the name as AWS KMS has it.
fn full_name(alias: &str) -> String {
    if alias.starts_with("alias/") {
        alias.to_owned()
    } else {
        format!("alias/{alias}")
    }
}

async fn alias(work: &mut Work<'_>, command: AliasCommand) -> Outcome {
    let doing = "list the names of keys";
    let all = work
        .service
        .list(doing, "ListAliases", json!({}), "Aliases")
        .await?;
    match command {
        AliasCommand::List => {
            for alias in &all {
                let (name, key) = (&alias["AliasName"], &alias["TargetKeyId"]);
                let line = json!({ "kind": "alias", "alias": name, "key_id": key });
                let text = format!(
                    "{}  {}",
                    key.as_str()
                        .unwrap_or("(no key yet)                        "),
                    name.as_str().unwrap_or_default()
                );
                work.output.result(&line, text)?;
            }
            Ok(())
        }
        AliasCommand::Set { alias, key } => {
            let (alias, id) = (full_name(&alias), work.id(&key).await?);
            let known = all.iter().filter_map(name_of).any(|name| name == alias);
            let operation = if known { "UpdateAlias" } else { "CreateAlias" };
            let asked = json!({ "AliasName": alias, "TargetKeyId": id });
            let doing = format!("name key {id} {alias}");
            work.service.call(&doing, operation, &asked).await?;
            let line = json!({ "kind": "alias", "alias": alias, "key_id": id });
            work.output
                .report(&line, format!("{alias} names key {id}."))
        }
        AliasCommand::Rm { alias } => {
            let alias = full_name(&alias);
            let doing = format!("remove {alias}");
            let asked = json!({ "AliasName": alias });
            work.service.call(&doing, "DeleteAlias", &asked).await?;
            let line = json!({ "kind": "alias-removed", "alias": alias });
            work.output.report(&line, format!("Removed {alias}."))
        }
    }
}

async fn describe(work: &mut Work<'_>, key: &str, text: &str) -> Outcome {
    let id = work.id(key).await?;
    let asked = json!({ "KeyId": id, "Description": text });
    let doing = format!("describe key {key}");
    work.service
        .call(&doing, "UpdateKeyDescription", &asked)
        .await?;
    work.tell(&id).await
}

async fn switch(work: &mut Work<'_>, key: &str, operation: &str, verb: &str) -> Outcome {
    let id = work.id(key).await?;
    let doing = format!("{verb} key {key}");
    work.service
        .call(&doing, operation, &json!({ "KeyId": id }))
        .await?;
    work.tell(&id).await
}

async fn usage(work: &mut Work<'_>, key: &str) -> Outcome {
    let id = work.id(key).await?;
    let usage = work.service.usage(&id).await?;
    let versions = usage.versions.iter().map(|version| {
        json!({ "version": version.version, "objects": version.objects, "size_bytes": version.size_bytes })
    });
    let buckets = usage
        .buckets
        .iter()
        .map(|(bucket, versions)| json!({ "bucket": bucket.as_str(), "versions": versions }));
    let defaults: Vec<_> = usage
        .default_of
        .iter()
        .map(stave_model::BucketName::as_str)
        .collect();
    let line = json!({
        "kind": "key-usage",
        "key_id": id,
        "versions": versions.collect::<Value>(),
        "buckets": buckets.collect::<Value>(),
        "default_of": defaults,
    });
    work.output.result(&line, told::usage_text(&id, &usage))
}

async fn delete(work: &mut Work<'_>, args: DeleteKey) -> Outcome {
    let id = work.id(&args.key).await?;
    if !args.yes {
        let lost = match work.service.usage(&id).await {
            Ok(usage) => told::loss(&usage),
            Err(_) => "everything that it guards".to_owned(),
        };
        prompt::confirm(&format!(
            "Key {id} will be deleted in {} days, and with it {lost}.",
            args.days
        ))?;
    }
    let asked = json!({ "KeyId": id, "PendingWindowInDays": args.days });
    let doing = format!("delete key {}", args.key);
    work.service
        .call(&doing, "ScheduleKeyDeletion", &asked)
        .await?;
    work.tell(&id).await
}

async fn cancel_deletion(work: &mut Work<'_>, key: &str) -> Outcome {
    let id = work.id(key).await?;
    let doing = format!("take the deletion of key {key} back");
    let asked = json!({ "KeyId": id });
    work.service
        .call(&doing, "CancelKeyDeletion", &asked)
        .await?;
    work.tell(&id).await?;
    // Where the material of an imported key is gone, the key waits for it.
    if work.find(&id).await?["KeyState"] == "Disabled" {
        work.output.remark(format_args!(
            "It is disabled; `stave keys enable {id}` lets it be used again."
        ));
    }
    Ok(())
}
