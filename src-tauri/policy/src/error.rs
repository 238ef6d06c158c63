//! Why a text is no policy: where, and what to do about it.

use thiserror::Error;

/// A text is no policy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// It is not JSON, or names a member twice.
    #[error("line {line}, column {column}: {problem}")]
    Json {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// It is JSON, and an element is wrong.
    #[error("{path}: {problem}")]
    Element {
        /// Where, `Statement[2].Condition.IpAddress` say.
        path: String,
        /// What is wrong with it.
        problem: Problem,
    },
}

/// What is wrong with an element; each text says what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// It must stand and does not.
    #[error("this element is required; add it")]
    Missing,
    /// The language has no such element.
    #[error("there is no such element; remove it or correct its spelling (capitals count)")]
    Unknown,
    /// It is of another form.
    #[error("expected {0}")]
    Expected(&'static str),
    /// It must not be empty.
    #[error("this is empty; name at least one, or remove the statement")]
    Empty,
    /// Two elements of which one alone may stand.
    #[error("this excludes {0}; keep one of the two")]
    Excludes(&'static str),
    /// A principal in a policy of an identity.
    #[error("a policy of an identity names no principal; remove this element")]
    PrincipalInIdentityPolicy,
    /// A resource in a policy of a role's trust.
    #[error("a policy of trust names no resource, for it is about its role; remove this element")]
    ResourceInTrustPolicy,
    /// No such version.
    #[error("there is no version {0:?} of the language; write \"2012-10-17\"")]
    Version(String),
    /// Two statements of one name.
    #[error("another statement is named {0:?} too; names are unique in a policy")]
    DuplicateSid(String),
    /// The name of a statement of an identity has other characters than letters and digits.
    #[error("{0:?} has other characters than the letters and digits that are allowed here")]
    Sid(String),
    /// An action without its service.
    #[error("{0:?} is no action; write it as service:Name, \"s3:GetObject\" say, or \"*\" for all")]
    Action(String),
    /// A resource that is no ARN.
    #[error("{0:?} is no resource; write an ARN, \"arn:aws:s3:::bucket/*\" say, or \"*\" for all")]
    Resource(String),
    /// A principal that can be nobody.
    #[error(
        "{0:?} is no principal of AWS; write an account of 12 digits, the ARN of a user, a role or an \
         account's root (without wildcards), or \"*\" for everyone"
    )]
    Principal(String),
    /// No such class of principals.
    #[error("{0:?} is no class of principals; AWS, Service, Federated and CanonicalUser are")]
    PrincipalClass(String),
    /// No such operator.
    #[error(
        "there is no condition operator {0:?}; correct its spelling, \"StringEquals\" or \
         \"ForAnyValue:StringLikeIfExists\" say"
    )]
    Operator(String),
    /// A condition key without its service.
    #[error("{0:?} is no condition key; write it as service:name, \"aws:SourceIp\" say")]
    ConditionKey(String),
    /// A value that the operator cannot compare.
    #[error("{value:?} cannot be compared by this operator; write {expected}")]
    Value {
        /// The value.
        value: String,
        /// What the operator compares.
        expected: &'static str,
    },
    /// A variable that does not end or has no name.
    #[error(
        "the variable {0:?} is malformed; write ${{aws:username}}, or ${{$}} for the sign itself"
    )]
    Variable(String),
    /// A name longer than any that exists.
    #[error("this name has more than {0} bytes; shorten it")]
    LongName(usize),
}
