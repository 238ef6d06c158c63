//! What may somebody do, as a terminal asks it: decided by whoever has the vault open, as at the door of the endpoint.

use serde::{Deserialize, Serialize};
use stave_model::{BucketName, ObjectKey, UserName, VersionId};

use super::messages::{Failure, FailureCode};
use crate::s3::{SimulateError, Simulation, Simulator};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimulationInfo {
    /// Who would ask; `None` is somebody who does not sign.
    #[serde(default)]
    pub identity: Option<String>,
    /// For what, as policies name it.
    pub action: String,
    /// The bucket.
    #[serde(default)]
    pub bucket: Option<String>,
    /// The key.
    #[serde(default)]
    pub key: Option<String>,
    /// The version.
    #[serde(default)]
    pub version: Option<String>,
    /// Circumstances, by their condition keys.
    #[serde(default)]
    pub context: Vec<(String, String)>,
    /// A policy that bounds the session, in JSON.
    #[serde(default)]
    pub session_policy: Option<String>,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedInfo {
    /// `allowed`, `explicitDeny` or `implicitDeny`.
    pub decision: String,
    /// Why, in one sentence.
    pub sentence: String,
    /// Where what decided stands.
    pub source: Option<String>,
    /// The name of the statement that decided.
    pub sid: Option<String>,
    /// That statement, in JSON.
    pub statement: Option<String>,
    /// All that was asked, in its order.
    pub steps: Vec<StepInfo>,
}

/// One of the things that a decision stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepInfo {
    /// Where it stands.
    pub source: String,
    /// `allows`, `denies` or `silent`.
    pub verdict: String,
    /// What of it matches, or what does not.
    pub detail: String,
}

/// Answers what somebody may do.
pub async fn answer_simulation(
    simulator: &Simulator,
    asked: SimulationInfo,
) -> Result<SimulatedInfo, Failure> {
    let simulation = Simulation {
        identity: asked.identity.as_deref().map(UserName::parse).transpose()?,
        action: asked.action,
        bucket: asked.bucket.as_deref().map(BucketName::parse).transpose()?,
        key: asked.key.as_deref().map(ObjectKey::parse).transpose()?,
        version: asked.version.as_deref().map(VersionId::parse).transpose()?,
        context: asked.context,
        session_policy: asked.session_policy,
    };
    let told = simulator.simulate(&simulation).await?;
    let (source, sid, statement) = match told.by {
        Some(by) => (Some(by.source), by.sid, Some(by.statement)),
        None => (None, None, None),
    };
    let step = |step: crate::s3::Step| StepInfo {
        source: step.source,
        verdict: step.verdict.to_owned(),
        detail: step.detail,
    };
    Ok(SimulatedInfo {
        decision: told.decided.as_str().to_owned(),
        sentence: told.sentence,
        source,
        sid,
        statement: statement.filter(|text| !text.is_empty()),
        steps: told.steps.into_iter().map(step).collect(),
    })
}

impl From<SimulateError> for Failure {
    fn from(error: SimulateError) -> Self {
        let code = match &error {
            SimulateError::Store { code, .. } if code.starts_with("NoSuch") => {
                FailureCode::NotFound
            }
            SimulateError::Store { .. } => FailureCode::Failed,
            SimulateError::Action(_)
            | SimulateError::NoBucket(_)
            | SimulateError::NoKey(_)
            | SimulateError::Policy(_) => FailureCode::Invalid,
        };
        let message = error.to_string();
        Self { code, message }
    }
}
