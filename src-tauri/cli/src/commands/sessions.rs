//! `stave sessions`: the temporary credentials of users and roles.

use serde_json::json;
use stave_endpoint::control::{AccessAnswer, AccessRequest, SessionInfo};
use stave_model::{Timestamp, UserName};

use crate::access::Access;
use crate::args::SessionsCommand;
use crate::connect::misunderstood;
use crate::context::Context;
use crate::failure::Outcome;
use crate::output::Output;
use crate::shown::{counted, local_time, rfc3339, shown};

/// Works on sessions.
pub async fn sessions(context: &mut Context, command: SessionsCommand) -> Outcome {
    let access = Access::reach(&context.global).await?;
    let output = &mut context.output;
    let done = match command {
        SessionsCommand::List(one) => list(output, &access, &one.name).await,
        SessionsCommand::End(one) => end(output, &access, &one.name).await,
    };
    access.close().await;
    done
}

async fn list(output: &mut Output, access: &Access, name: &UserName) -> Outcome {
    let mut skip = 0;
    loop {
        let identity = name.as_str().to_owned();
        let answer = access.ask(AccessRequest::ListSessions { identity, skip });
        let AccessAnswer::Sessions { sessions, next } = answer.await? else {
            return Err(misunderstood().into());
        };
        for one in &sessions {
            print(output, one)?;
        }
        match next {
            Some(next) => skip = next,
            None => return Ok(()),
        }
    }
}

fn print(output: &mut Output, one: &SessionInfo) -> Outcome {
    let [issued, expires] = [one.issued_ms, one.expires_ms].map(Timestamp::from_millis);
    let line = json!({
        "kind": "session",
        "access_key_id": one.id,
        "name": one.name,
        "issued_by": one.issued_by,
        "issued": rfc3339(issued),
        "expires": rfc3339(expires),
        "bounded": one.bounded,
    });
    let text = format!(
        "{}  until {}  {}  {}  for {}",
        local_time(issued),
        local_time(expires),
        one.id,
        shown(&one.name),
        one.issued_by
    );
    output.result(&line, text)
}

async fn end(output: &mut Output, access: &Access, name: &UserName) -> Outcome {
    let identity = name.as_str().to_owned();
    let answer = access.ask(AccessRequest::EndSessions { identity }).await?;
    let AccessAnswer::SessionsEnded { sessions } = answer else {
        return Err(misunderstood().into());
    };
    let line = json!({ "kind": "sessions-ended", "name": name.as_str(), "ended": sessions });
    output.report(
        &line,
        format!("Ended {} of {name}.", counted(sessions, "session")),
    )
}
