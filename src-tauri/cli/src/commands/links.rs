//! `stave links`: links with keys of their own.

use serde_json::{Value, json};
use stave_endpoint::control::{
    AccessAnswer, AccessRequest, LinkAddress, LinkInfo, LinkTargetInfo, LinkWish, VisitInfo,
};
use stave_model::{AccessKeyId, Timestamp};

use super::users::seconds;
use crate::access::Access;
use crate::args::{LinksCommand, MakeLink};
use crate::connect::misunderstood;
use crate::context::Context;
use crate::failure::{Exit, Failure, Outcome};
use crate::output::Output;
use crate::shown::{local_time, rfc3339, shown};

/// Works on links.
pub async fn links(context: &mut Context, command: LinksCommand) -> Outcome {
    // What cannot be is said before a vault is opened.
    let wish = match &command {
        LinksCommand::Make(args) => Some(wish(args)?),
        _ => None,
    };
    let access = Access::reach(&context.global).await?;
    let output = &mut context.output;
    let done = match (command, wish) {
        (LinksCommand::Make(_), Some(link)) => {
            addressed(output, &access, AccessRequest::MakeLink { link }).await
        }
        (LinksCommand::Make(_), None) => Ok(()),
        (LinksCommand::List, _) => list(output, &access).await,
        (LinksCommand::Show(one), _) => {
            let id = one.id.as_str().to_owned();
            addressed(output, &access, AccessRequest::ShowLink { id }).await
        }
        (LinksCommand::Log(one), _) => log(output, &access, &one.id).await,
        (LinksCommand::Revoke(one), _) => revoke(output, &access, &one.id).await,
        (LinksCommand::Forget(one), _) => forget(output, &access, &one.id).await,
    };
    access.close().await;
    done
}

fn wish(args: &MakeLink) -> Outcome<LinkWish> {
    let bucket = args.place.bucket.as_str().to_owned();
    let target = if args.post {
        LinkTargetInfo::Post {
            bucket,
            prefix: args.place.path.clone(),
            content_type: args.content_type.clone(),
            min_bytes: args.min_size.unwrap_or(0),
            max_bytes: args.max_size,
        }
    } else {
        let key = key_of(args)?;
        if args.put {
            LinkTargetInfo::Put {
                bucket,
                key,
                content_type: args.content_type.clone(),
                max_bytes: args.max_size,
            }
        } else if bounds_an_upload(args) {
            return Err(
                Failure::new(Exit::Usage, "Cannot bound the upload of a link that reads.")
                    .why("--content-type, --max-size and --min-size are for --put and --post.")
                    .cure("Add --put or --post, or leave them out.")
                    .into(),
            );
        } else {
            let version = args.version_id.as_ref();
            LinkTargetInfo::Get {
                bucket,
                key,
                version: version.map(|id| id.as_str().to_owned()),
            }
        }
    };
    Ok(LinkWish {
        user: args.user.as_str().to_owned(),
        title: args.title.clone(),
        target,
        seconds: seconds(args.expires.as_secs()),
        max_uses: args.uses,
    })
}

fn bounds_an_upload(args: &MakeLink) -> bool {
    args.content_type.is_some() || args.max_size.is_some() || args.min_size.is_some()
}

fn key_of(args: &MakeLink) -> Outcome<String> {
    let key = args.place.key().map_err(|error| {
        let what = format!("Cannot make a link to {}.", args.place);
        Failure::new(Exit::Usage, what)
            .because(&error)
            .cure("Write s3://bucket/key, or use --post for all that begins so.")
    })?;
    Ok(key.as_str().to_owned())
}

async fn addressed(output: &mut Output, access: &Access, request: AccessRequest) -> Outcome {
    let AccessAnswer::Link { link, address } = access.ask(request).await? else {
        return Err(misunderstood().into());
    };
    let mut entry = entry_of(&link);
    entry["url"] = json!(address.url);
    entry["served"] = json!(address.served);
    entry["headers"] = pairs(&address.headers);
    if let Some(html) = &address.html {
        entry["fields"] = pairs(&address.fields);
        entry["open_fields"] = pairs(&address.open_fields);
        entry["html"] = json!(html);
    }
    output.remark(format_args!(
        "Link {}: {}, until {}{}.",
        link.id,
        link.state,
        local_time(Timestamp::from_millis(link.expires_ms)),
        uses(&link)
    ));
    for (name, value) in &address.headers {
        output.remark(format_args!("Send with it: {name}: {}", shown(value)));
    }
    if !address.served {
        output.remark("Nothing serves the vault now; the link works while something does there.");
    }
    let text = told(&address);
    output.result(&entry, text)
}

/// Returns what a person copies: the URL, or the form.
fn told(address: &LinkAddress) -> &str {
    address.html.as_deref().unwrap_or(&address.url)
}

async fn list(output: &mut Output, access: &Access) -> Outcome {
    let mut skip = 0;
    loop {
        let answer = access.ask(AccessRequest::ListLinks { skip }).await?;
        let AccessAnswer::Links { links, next } = answer else {
            return Err(misunderstood().into());
        };
        for one in &links {
            output.result(&entry_of(one), text(one))?;
        }
        match next {
            Some(next) => skip = next,
            None => return Ok(()),
        }
    }
}

async fn log(output: &mut Output, access: &Access, id: &AccessKeyId) -> Outcome {
    let mut skip = 0;
    loop {
        let id = id.as_str().to_owned();
        let answer = access.ask(AccessRequest::LinkLog { id, skip }).await?;
        let AccessAnswer::Visits { visits, next } = answer else {
            return Err(misunderstood().into());
        };
        for one in &visits {
            print_visit(output, one)?;
        }
        match next {
            Some(next) => skip = next,
            None => return Ok(()),
        }
    }
}

fn print_visit(output: &mut Output, one: &VisitInfo) -> Outcome {
    let at = Timestamp::from_millis(one.at_ms);
    let line = json!({
        "kind": "link-visit",
        "at": rfc3339(at),
        "outcome": one.outcome,
        "source_ip": one.source_ip,
        "user_agent": one.user_agent,
    });
    let (from, agent) = (one.source_ip.as_deref(), one.user_agent.as_deref());
    let text = format!(
        "{}  {:8}  {:15}  {}",
        local_time(at),
        one.outcome,
        from.unwrap_or("-"),
        shown(agent.unwrap_or("-"))
    );
    output.result(&line, text)
}

async fn revoke(output: &mut Output, access: &Access, id: &AccessKeyId) -> Outcome {
    let request = AccessRequest::RevokeLink {
        id: id.as_str().to_owned(),
    };
    let AccessAnswer::LinkRevoked { link } = access.ask(request).await? else {
        return Err(misunderstood().into());
    };
    output.report(&entry_of(&link), format!("Revoked {id}."))
}

async fn forget(output: &mut Output, access: &Access, id: &AccessKeyId) -> Outcome {
    let request = AccessRequest::ForgetLink {
        id: id.as_str().to_owned(),
    };
    access.tell(request).await?;
    let line = json!({ "kind": "link-forgotten", "id": id.as_str() });
    output.report(&line, format!("Forgot {id} and its log."))
}

fn entry_of(link: &LinkInfo) -> Value {
    let time = |ms: i64| rfc3339(Timestamp::from_millis(ms));
    let mut entry = json!({
        "kind": "signed-link",
        "id": link.id,
        "user": link.user,
        "title": link.title,
        "audience": link.audience,
        "state": link.state,
        "created": time(link.created_ms),
        "expires": time(link.expires_ms),
        "max_uses": link.max_uses,
        "uses": link.uses,
        "last_used": link.last_used_ms.map(time),
        "revoked": link.revoked_ms.map(time),
    });
    let target = serde_json::to_value(&link.target).unwrap_or_default();
    if let (Value::Object(entry), Value::Object(target)) = (&mut entry, target) {
        entry.extend(target);
    }
    entry
}

fn text(link: &LinkInfo) -> String {
    let (method, place) = match &link.target {
        LinkTargetInfo::Get { bucket, key, .. } => ("GET", format!("s3://{bucket}/{key}")),
        LinkTargetInfo::Put { bucket, key, .. } => ("PUT", format!("s3://{bucket}/{key}")),
        LinkTargetInfo::Post { bucket, prefix, .. } => ("POST", format!("s3://{bucket}/{prefix}")),
    };
    let title = match link.title.as_str() {
        "" => String::new(),
        title => format!("  {}", shown(title)),
    };
    format!(
        "{}  {:7}  {method:4}  {}  until {}{}{title}",
        link.id,
        link.state,
        shown(&place),
        local_time(Timestamp::from_millis(link.expires_ms)),
        uses(link)
    )
}

fn uses(link: &LinkInfo) -> String {
    match link.max_uses {
        Some(most) => format!(", used {} of {most} times", link.uses),
        None => format!(", used {} times", link.uses),
    }
}

fn pairs(pairs: &[(String, String)]) -> Value {
    let pair = |(name, value): &(String, String)| json!({ "name": name, "value": value });
    pairs.iter().map(pair).collect()
}
