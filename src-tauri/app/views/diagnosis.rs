//! What the doctor of links finds.

use serde::Serialize;
use stave_endpoint::doctor::{self, Cause, Part};
use ts_rs::TS;

/// A part of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DiagnosisPart {
    /// When it is good.
    Time,
    /// Where it goes.
    Host,
    /// The bucket and the key.
    Path,
    /// Its headers.
    Header,
    /// Its method.
    Method,
    /// Its parameters.
    Query,
    /// How it is written.
    Encoding,
    /// The key that signed it.
    Key,
    /// Whether it may.
    Policy,
    /// What it is about.
    Object,
    /// The link that it is.
    Link,
    /// The scope of its signature.
    Region,
    /// The signature as a whole.
    Signature,
    /// The form that it is.
    Form,
}

impl From<Part> for DiagnosisPart {
    fn from(part: Part) -> Self {
        match part {
            Part::Time => Self::Time,
            Part::Host => Self::Host,
            Part::Path => Self::Path,
            Part::Header => Self::Header,
            Part::Method => Self::Method,
            Part::Query => Self::Query,
            Part::Encoding => Self::Encoding,
            Part::Key => Self::Key,
            Part::Policy => Self::Policy,
            Part::Object => Self::Object,
            Part::Link => Self::Link,
            Part::Region => Self::Region,
            Part::Signature => Self::Signature,
            Part::Form => Self::Form,
        }
    }
}

/// One part that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Finding {
    /// Which.
    pub part: DiagnosisPart,
    /// Whether it is right; `null` where that cannot be told.
    pub ok: Option<bool>,
    /// What was found out.
    pub sentence: String,
    /// What should stand there.
    pub expected: Option<String>,
    /// What stands there.
    pub found: Option<String>,
    /// What to do.
    pub cure: Option<String>,
}

impl From<doctor::Finding> for Finding {
    fn from(finding: doctor::Finding) -> Self {
        Self {
            part: finding.part.into(),
            ok: finding.ok,
            sentence: finding.sentence,
            expected: finding.expected,
            found: finding.found,
            cure: finding.cure,
        }
    }
}

/// What the doctor found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Diagnosis {
    /// What it comes to.
    pub verdict: String,
    /// The cause as one word for programs; empty where nothing is wrong.
    pub cause: String,
    /// Each part that was looked at, the cause first.
    pub findings: Vec<Finding>,
}

impl From<doctor::Diagnosis> for Diagnosis {
    fn from(diagnosis: doctor::Diagnosis) -> Self {
        let cause = match diagnosis.cause {
            Cause::Fine => "",
            cause => cause.as_str(),
        };
        Self {
            verdict: diagnosis.verdict,
            cause: cause.to_owned(),
            findings: diagnosis.findings.into_iter().map(Finding::from).collect(),
        }
    }
}
