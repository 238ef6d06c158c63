//! Who may do what with a bucket.

use serde::{Deserialize, Serialize};
use stave_model::PublicAccessBlock;
use ts_rs::TS;

use super::bucket_settings::OwnershipView;
use super::cors::HeaderView;
use super::identities::IdentityKindView;
use super::keys::{PolicyAllowance, PolicyProblem};

/// What of the public is kept out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[allow(clippy::struct_excessive_bools)] // S3's four switches.
pub struct PublicBlock {
    /// Lists that give the public something are not set.
    pub block_acls: bool,
    /// What lists give the public does not count.
    pub ignore_acls: bool,
    /// Policies that give the public something are not set.
    pub block_policy: bool,
    /// What policies give the public does not count.
    pub restrict_buckets: bool,
}

impl From<PublicAccessBlock> for PublicBlock {
    fn from(block: PublicAccessBlock) -> Self {
        Self {
            block_acls: block.block_acls,
            ignore_acls: block.ignore_acls,
            block_policy: block.block_policy,
            restrict_buckets: block.restrict_buckets,
        }
    }
}

impl From<PublicBlock> for PublicAccessBlock {
    fn from(block: PublicBlock) -> Self {
        Self {
            block_acls: block.block_acls,
            ignore_acls: block.ignore_acls,
            block_policy: block.block_policy,
            restrict_buckets: block.restrict_buckets,
        }
    }
}

/// What of the public is kept out of a bucket, and whether somebody said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct PublicBlockView {
    /// What is kept out.
    #[serde(flatten)]
    pub block: PublicBlock,
    /// Whether it was set; else it is what a new bucket has.
    pub set: bool,
}

/// Who may do what with a bucket, as far as the bucket says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BucketAccess {
    /// Its policy, indented; empty where there is none.
    pub policy: String,
    /// What of the public is kept out.
    pub public_access: PublicBlockView,
    /// Whose objects are, and whether lists count.
    pub ownership: OwnershipView,
    /// Whether the public gets in.
    pub is_public: bool,
    /// Why, or why not.
    pub sentence: String,
    /// The policy in plain words.
    pub reading: Vec<PolicyAllowance>,
    /// How policies name the bucket.
    pub policy_arn: String,
}

/// What a check of a bucket's policy found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BucketPolicyCheck {
    /// Whether it can be set.
    pub valid: bool,
    /// What is wrong with it, or odd.
    pub problems: Vec<PolicyProblem>,
    /// Whether it shuts the bucket's owner out.
    pub locks_out: bool,
    /// A plain reading.
    pub allows: Vec<PolicyAllowance>,
    /// Whether it opens the bucket to the public.
    pub is_public: bool,
}

/// Whether the public may read an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PublicRight {
    /// Whether.
    pub allowed: bool,
    /// Why, or why not.
    pub sentence: String,
}

/// What an identity may do with an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct EffectiveRight {
    /// Its name.
    pub identity: String,
    /// What it is.
    pub kind: IdentityKindView,
    /// Whether it may read the object.
    pub read: bool,
    /// Whether it may write it.
    pub write: bool,
    /// Whether it may delete it.
    pub remove: bool,
    /// What decides.
    pub why: String,
}

/// Who may do what with an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct EffectiveAccess {
    /// Those who do not say who they are.
    pub public: PublicRight,
    /// Everyone else.
    pub who: Vec<EffectiveRight>,
}

/// What is asked of the simulator.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SimulateRequest {
    /// Who; `null` is somebody who does not say who they are.
    pub identity: Option<String>,
    /// The action, `s3:GetObject` say.
    pub action: String,
    /// The bucket.
    pub bucket: String,
    /// The key, of actions on objects.
    pub key: Option<String>,
    /// Condition keys and their values.
    pub context: Vec<HeaderView>,
    /// A policy that bounds a session.
    pub session_policy: Option<String>,
}

/// How a simulation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SimulationDecision {
    /// Something allows it, and nothing denies it.
    Allowed,
    /// A statement denies it.
    ExplicitDeny,
    /// Nothing allows it.
    ImplicitDeny,
}

/// The statement that decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SimulationBy {
    /// Where it stands.
    pub source: String,
    /// Its name.
    pub sid: Option<String>,
    /// It, as JSON; empty where what decides is no statement.
    pub statement: String,
}

/// A step of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SimulationStep {
    /// What was asked.
    pub source: String,
    /// What it says.
    pub verdict: String,
    /// Why.
    pub detail: String,
}

/// What the simulator decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Simulation {
    /// Whether it is allowed.
    pub allowed: bool,
    /// How it ends.
    pub decision: SimulationDecision,
    /// The same in a sentence.
    pub sentence: String,
    /// What decided, where something did.
    pub by: Option<SimulationBy>,
    /// What was asked, in its order.
    pub steps: Vec<SimulationStep>,
}
