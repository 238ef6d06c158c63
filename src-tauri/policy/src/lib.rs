//! Policies in AWS' language: read, written, decided upon, explained. One evaluation for key policies, bucket
//! policies and policies of identities, below every way in; pure, so that a simulator decides as the door does.
//!
//! The language: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html> ·
//! its elements: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html> ·
//! the decision: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
//!
//! ```
//! use stave_policy::{evaluate, Context, Kind, Policy, Principal, Request, Verdict};
//!
//! let policy = Policy::parse(
//!     r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "000000000000"},
//!         "Action": "kms:*", "Resource": "*"}}"#,
//!     Kind::Resource,
//! )?;
//! let root = Principal::Root { account: "000000000000".to_owned() };
//! let request = Request::new(root, "kms:Decrypt", "arn:aws:kms:us-east-1:000000000000:key/1", Context::new());
//! assert_eq!(evaluate(&[&policy], &request), Verdict::Allowed { policy: 0, statement: 0 });
//! # Ok::<(), stave_policy::PolicyError>(())
//! ```

mod action;
mod combine;
mod condition;
mod element;
mod error;
mod evaluate;
mod explain;
mod json;
mod lint;
mod parse;
mod pattern;
mod policy;
mod principal;
mod print;
mod public;
mod request;
mod resource;
mod template;

pub use combine::{By, Combined, Decision, Reasons, Rule, Source, decide, explain_decision};
pub use error::{PolicyError, Problem};
pub use evaluate::{Verdict, evaluate};
pub use explain::{Explained, Explanation, Miss, explain};
pub use lint::{Concern, Warning};
pub use policy::{Effect, Kind, Policy, Statement, Version};
pub use principal::Accounts;
pub use request::{Context, Principal, Request};

#[cfg(test)]
mod tests;
