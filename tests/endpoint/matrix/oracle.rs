//! Who may do what, said once more and shortly: nothing here knows how the endpoint decides.

use super::operations::Operation;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The owner of the vault.
    Admin,
    /// The owner of the bucket, without a policy.
    Owner,
    /// A user without a policy.
    Nobody,
    /// A user who may do all of S3.
    All,
    /// A user who may do exactly this.
    Exact,
    /// A user who may do everything but this.
    Other,
    /// A user who may do all of S3, and is denied this.
    Denied,
    /// A user without a policy whom bucket policies name.
    Named,
    /// A session of a role that may do all of S3.
    Role,
    /// A session of that role, bounded to exactly this.
    Bounded,
    /// A session of that role, bounded to everything but this.
    Away,
    /// The owner of the vault, in a session bounded to everything but this.
    AdminAway,
    /// Nobody who signs.
    Anonymous,
    /// The holder of a link to read `photos/k`, which the owner of the vault made.
    Link,
}

impl Who {
    pub const ALL: [Self; 14] = [
        Self::Admin,
        Self::Owner,
        Self::Nobody,
        Self::All,
        Self::Exact,
        Self::Other,
        Self::Denied,
        Self::Named,
        Self::Role,
        Self::Bounded,
        Self::Away,
        Self::AdminAway,
        Self::Anonymous,
        Self::Link,
    ];
}

/// What the bucket's policy says of the operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// There is none.
    None,
    /// It is allowed to the one that it names.
    Allow,
    /// It is denied to everyone.
    Deny,
    /// As `Allow`, for where the tests come from.
    IfHere,
    /// As `Allow`, for somewhere else.
    IfElsewhere,
    /// It is allowed to everyone, and nothing is blocked.
    Public,
    /// It is allowed to everyone, and the public is blocked.
    Blocked,
}

impl Law {
    pub const ALL: [Self; 7] = [
        Self::None,
        Self::Allow,
        Self::Deny,
        Self::IfHere,
        Self::IfElsewhere,
        Self::Public,
        Self::Blocked,
    ];
}

/// Returns whether somebody may do it.
pub fn may(who: Who, law: Law, operation: &Operation) -> bool {
    let account = operation.is_of_the_account();
    let owners = matches!(who, Who::Admin | Who::Owner);
    if law == Law::Deny && !account && !(owners && operation.mends()) {
        return false;
    }
    match who {
        Who::Denied | Who::Away | Who::AdminAway => false,
        Who::Link => (operation.method, operation.target.as_str()) == ("GET", "/photos/k"),
        Who::Admin | Who::All | Who::Exact | Who::Role | Who::Bounded => true,
        Who::Owner => !account,
        Who::Nobody | Who::Other => !account && matches!(law, Law::Public | Law::Blocked),
        Who::Named => !account && !matches!(law, Law::None | Law::Deny | Law::IfElsewhere),
        Who::Anonymous => !account && law == Law::Public,
    }
}
