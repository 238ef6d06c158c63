//! What would be decided about somebody, asked of what decides at the door.

#[cfg(test)]
#[path = "simulating_test.rs"]
mod simulating_test;

use std::sync::Arc;

use stave_endpoint::{self as endpoint, Decided, SimulateError, Simulated, Simulator};
use stave_model::{BucketName, ObjectKey, ObjectOwnership, UserName};
use stave_store::{Identities, ObjectRef, Store};

use crate::errors::{Answer, Failure};
use crate::views::{
    EffectiveAccess, EffectiveRight, PublicRight, SimulateRequest, Simulation, SimulationBy,
    SimulationDecision, SimulationStep,
};

/// The most circumstances of a question, the longest text of each, and the longest policy.
const CONTEXT_MAX: usize = 100;
const TEXT_MAX: usize = 2_048;
const POLICY_MAX_BYTES: usize = 20 * 1024;

/// Makes a simulator of what is stored.
pub fn simulator(store: &Arc<dyn Store>, identities: &Arc<dyn Identities>) -> Simulator {
    let unset = ObjectOwnership::default();
    Simulator::new(Arc::clone(store), Some(Arc::clone(identities)), unset)
}

/// Tells what would be decided, and why.
pub async fn simulate(simulator: &Simulator, asked: SimulateRequest) -> Answer<Simulation> {
    let question = question(asked)?;
    let told = simulator.simulate(&question).await;
    Ok(view(told.map_err(|error| refused(&error))?))
}

/// Tells who may do what with an object.
pub async fn effective(simulator: &Simulator, object: &ObjectRef) -> Answer<EffectiveAccess> {
    let (bucket, key, version) = (&object.bucket, &object.key, object.version.as_ref());
    let access = simulator.effective_access(bucket, key, version).await;
    let access = access.map_err(|error| refused(&error))?;
    let who = access.who.into_iter().map(|one| EffectiveRight {
        identity: one.identity.as_str().to_owned(),
        kind: one.kind.into(),
        read: one.read,
        write: one.write,
        remove: one.remove,
        why: one.why,
    });
    Ok(EffectiveAccess {
        public: PublicRight {
            allowed: access.public,
            sentence: access.public_why,
        },
        who: who.collect(),
    })
}

fn question(asked: SimulateRequest) -> Answer<endpoint::Simulation> {
    if !fits(&asked) {
        return Err(Failure::refused(
            "invalid_argument",
            "this question is too long",
            "Leave out what does not matter.",
        ));
    }
    let given = |text: &String| !text.is_empty();
    let key = asked.key.filter(given);
    Ok(endpoint::Simulation {
        identity: asked.identity.as_deref().map(UserName::parse).transpose()?,
        bucket: Some(asked.bucket)
            .filter(given)
            .as_deref()
            .map(BucketName::parse)
            .transpose()?,
        key: key.as_deref().map(ObjectKey::parse).transpose()?,
        version: None,
        context: asked
            .context
            .into_iter()
            .map(|one| (one.name, one.value))
            .collect(),
        session_policy: asked.session_policy.filter(given),
        action: asked.action,
    })
}

fn fits(asked: &SimulateRequest) -> bool {
    let mut texts = asked.context.iter().flat_map(|one| [&one.name, &one.value]);
    let policy = asked.session_policy.as_ref().map_or(0, String::len);
    asked.context.len() <= CONTEXT_MAX
        && texts.all(|text| text.len() <= TEXT_MAX)
        && policy <= POLICY_MAX_BYTES
}

fn view(told: Simulated) -> Simulation {
    let steps = told.steps.into_iter().map(|step| SimulationStep {
        source: step.source,
        verdict: step.verdict.to_owned(),
        detail: step.detail,
    });
    Simulation {
        allowed: told.decided == Decided::Allowed,
        decision: match told.decided {
            Decided::Allowed => SimulationDecision::Allowed,
            Decided::ExplicitDeny => SimulationDecision::ExplicitDeny,
            Decided::ImplicitDeny => SimulationDecision::ImplicitDeny,
        },
        sentence: told.sentence,
        by: told.by.map(|by| SimulationBy {
            source: by.source,
            sid: by.sid,
            statement: by.statement,
        }),
        steps: steps.collect(),
    }
}

fn refused(error: &SimulateError) -> Failure {
    let (code, hint) = match error {
        SimulateError::Action(_) => ("invalid_action", "Choose an action of the list."),
        SimulateError::NoBucket(_) => ("bucket_needed", "Choose a bucket."),
        SimulateError::NoKey(_) => ("key_needed", "Name a key."),
        SimulateError::Policy(_) => ("invalid_policy", "Correct the policy of the session."),
        SimulateError::Store { code, .. } => match code.as_str() {
            "NoSuchBucket" => ("no_such_bucket", "Choose another bucket."),
            "NoSuchEntity" => ("no_such_identity", "Choose another identity."),
            _ => ("failed", "Try again."),
        },
    };
    Failure::new(code, error.to_string(), "", hint)
}
