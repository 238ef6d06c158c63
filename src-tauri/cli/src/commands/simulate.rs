//! `stave simulate`: may somebody do something, and which statement decides.

use std::sync::Arc;

use serde_json::json;
use stave_endpoint::Simulator;
use stave_endpoint::control::{
    Request, Response, SimulatedInfo, SimulationInfo, answer_simulation,
};
use stave_model::ObjectOwnership;

use crate::access::Access;
use crate::args::Simulate;
use crate::connect::{ask, misunderstood, refused};
use crate::context::Context;
use crate::failure::{Exit, Failure, Outcome, sentence};
use crate::secrets::text_of;

/// Tells what would be decided; what would be refused ends as what is refused does.
pub async fn simulate(context: &mut Context, args: Simulate) -> Outcome {
    let session_policy = args.session_policy.as_deref().map(text_of).transpose()?;
    let key = args.place.as_ref().map(|place| place.path.clone());
    let asked = SimulationInfo {
        identity: args.identity.map(|name| name.as_str().to_owned()),
        action: args.action,
        bucket: args.place.map(|place| place.bucket.as_str().to_owned()),
        key: key.filter(|key| !key.is_empty()),
        version: args.version_id.map(|id| id.as_str().to_owned()),
        context: args.context,
        session_policy,
    };
    let access = Access::reach(&context.global).await?;
    let told = decided(&access, asked).await;
    access.close().await;
    let told = told?;
    let line = json!({
        "kind": "simulation",
        "decision": told.decision,
        "sentence": told.sentence,
        "source": told.source,
        "sid": told.sid,
        "statement": told.statement,
        "steps": told.steps,
    });
    context.output.result(&line, text(&told))?;
    if told.decision == "allowed" {
        return Ok(());
    }
    Err(Failure::new(Exit::Denied, "It would be refused.")
        .why(sentence(&told.sentence))
        .cure("Change the policy that decides, or try it out with --context or another user.")
        .into())
}

async fn decided(access: &Access, asked: SimulationInfo) -> Outcome<SimulatedInfo> {
    match access {
        Access::Elsewhere(found) => match ask(found, &Request::Simulate(asked)).await? {
            Response::Simulated(told) => Ok(told),
            _ => Err(misunderstood().into()),
        },
        Access::Here(_, store) => {
            let store = Arc::new(store.clone());
            let unset = ObjectOwnership::default();
            let simulator = Simulator::new(store.clone(), Some(store), unset);
            let told = answer_simulation(&simulator, asked).await;
            Ok(told.map_err(|refusal| refused(&refusal))?)
        }
    }
}

fn text(told: &SimulatedInfo) -> String {
    let decision = match told.decision.as_str() {
        "allowed" => "Allowed",
        "explicitDeny" => "Denied",
        _ => "Not allowed",
    };
    let mut text = format!("{decision}: {}", told.sentence);
    if let Some(statement) = &told.statement {
        text.push_str("\n\n");
        text.push_str(statement);
    }
    if !told.steps.is_empty() {
        text.push('\n');
    }
    for step in &told.steps {
        let more = format!("\n{:8} {}: {}", step.verdict, step.source, step.detail);
        text.push_str(&more);
    }
    text
}
