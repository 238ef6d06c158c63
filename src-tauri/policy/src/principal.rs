//! `Principal` and `NotPrincipal`: whom a statement of a resource's policy means.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use crate::element::Element;
use crate::error::{PolicyError, Problem};
use crate::json::Node;
use crate::request::{Principal, Request};

/// Which accounts principals may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accounts {
    /// Those of AWS: 12 digits.
    Numbered,
    /// Names as well, as Ceph's tenants are. Nobody here is of such an account.
    Named,
}

/// Whom a statement means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Principals {
    /// `Principal`: these.
    These(Named),
    /// `NotPrincipal`: all but these.
    AllBut(Named),
}

/// Principals as they are named.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Named {
    /// `"*"`, without a class.
    Everyone,
    /// By their classes, in the order of the text.
    Classes(Vec<(Class, Vec<PrincipalId>)>),
}

/// A class of principals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Aws,
    Service,
    Federated,
    CanonicalUser,
}

/// A principal of a class, as written and as compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PrincipalId {
    pub(crate) text: String,
    pub(crate) means: Means,
}

/// Whom the text of a principal means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Means {
    /// Everyone, signed or not.
    Everyone,
    /// An account: its owner, and its users as far as policies of their own allow.
    Account(String),
    /// What has this ARN.
    Arn,
    /// A service.
    Service,
    /// An account by its canonical id.
    CanonicalUser,
    /// Nobody here: an identity of somebody else's, or one that was deleted.
    Nobody,
}

/// How far a statement means the asker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// As a user of an account that is named.
    Account,
    /// By name, or as everyone.
    Named,
}

impl Principals {
    /// Returns how far the statement means the asker; `None` is not at all. `NotPrincipal` excepts those alone
    /// that it names: naming an account does not except its users.
    pub(crate) fn reach(&self, request: &Request) -> Option<Reach> {
        match self {
            Self::These(named) => named.reach(request),
            Self::AllBut(named) => match named.reach(request) {
                Some(Reach::Named) => None,
                Some(Reach::Account) | None => Some(Reach::Named),
            },
        }
    }

    /// Returns what is named.
    pub(crate) fn named(&self) -> &Named {
        match self {
            Self::These(named) | Self::AllBut(named) => named,
        }
    }
}

impl Named {
    fn reach(&self, request: &Request) -> Option<Reach> {
        match self {
            Self::Everyone => Some(Reach::Named),
            Self::Classes(classes) => {
                let ids = classes.iter().flat_map(|(_, ids)| ids);
                ids.filter_map(|id| id.reach(request)).max()
            }
        }
    }
}

impl PrincipalId {
    fn reach(&self, request: &Request) -> Option<Reach> {
        let named = |is: bool| is.then_some(Reach::Named);
        match (&self.means, &request.principal) {
            (Means::Everyone, _) => Some(Reach::Named),
            (Means::Account(own), Principal::Root { account }) => named(own == account),
            (Means::Account(own), Principal::User { account, .. }) => {
                (own == account).then_some(Reach::Account)
            }
            (Means::Arn, Principal::User { arn, .. }) => {
                named(self.text == *arn || is_session_of(arn, &self.text))
            }
            (Means::Service, Principal::Service(name)) => named(self.text == *name),
            (Means::CanonicalUser, _) => named(request.canonical_user.as_ref() == Some(&self.text)),
            (Means::Account(_) | Means::Arn | Means::Service | Means::Nobody, _) => None,
        }
    }
}

/// Returns whether an ARN is that of a session of a role: `arn:aws:sts::1:assumed-role/name/session` is one of
/// `arn:aws:iam::1:role/path/name`.
fn is_session_of(session: &str, role: &str) -> bool {
    let parts = |arn: &str| -> Option<(String, String)> {
        let mut segments = arn.splitn(6, ':').skip(4);
        Some((segments.next()?.to_owned(), segments.next()?.to_owned()))
    };
    let (Some((of, assumed)), Some((account, rest))) = (parts(session), parts(role)) else {
        return false;
    };
    let name = assumed
        .strip_prefix("assumed-role/")
        .and_then(|rest| rest.split_once('/'));
    let path = rest.strip_prefix("role/");
    match (name, path) {
        (Some((name, _)), Some(path)) => of == account && path.rsplit('/').next() == Some(name),
        _ => false,
    }
}

/// Reads whom a statement means.
pub(crate) fn read(element: &Element<'_>, accounts: Accounts) -> Result<Named, PolicyError> {
    if let Node::Text(text) = element.node {
        return match text.as_str() {
            "*" => Ok(Named::Everyone),
            text => Err(element.refuse(Problem::Principal(text.to_owned()))),
        };
    }
    let members = element.members()?;
    if members.is_empty() {
        return Err(element.refuse(Problem::Empty));
    }
    let read_class = |(name, ids): (&str, Element<'_>)| {
        let class = Class::ALL.into_iter().find(|class| class.as_str() == name);
        let class =
            class.ok_or_else(|| element.refuse(Problem::PrincipalClass(name.to_owned())))?;
        let ids: Result<Vec<_>, _> = ids
            .some_items()?
            .map(|id| read_id(class, &id, accounts))
            .collect();
        Ok((class, ids?))
    };
    let classes: Result<Vec<_>, PolicyError> = members.into_iter().map(read_class).collect();
    classes.map(Named::Classes)
}

fn read_id(
    class: Class,
    element: &Element<'_>,
    accounts: Accounts,
) -> Result<PrincipalId, PolicyError> {
    let text = element.text()?;
    let means = match class {
        _ if text.is_empty() => None,
        Class::Aws => aws_means(text, accounts),
        Class::Service => (!text.contains('*')).then_some(Means::Service),
        Class::Federated => Some(Means::Nobody),
        Class::CanonicalUser => (!text.contains('*')).then_some(Means::CanonicalUser),
    };
    let text = text.to_owned();
    match means {
        Some(means) => Ok(PrincipalId { text, means }),
        None => Err(element.refuse(Problem::Principal(text))),
    }
}

fn aws_means(text: &str, accounts: Accounts) -> Option<Means> {
    if text == "*" {
        return Some(Means::Everyone);
    }
    if is_account(text) {
        return Some(Means::Account(text.to_owned()));
    }
    if text.len() >= 16
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    {
        return Some(Means::Nobody);
    }
    let segments: Vec<&str> = text.splitn(6, ':').collect();
    let &["arn", partition, service, "", account, rest] = segments.as_slice() else {
        return None;
    };
    let wild = text.contains(['*', '?']);
    let known = matches!(service, "iam" | "sts") && !partition.is_empty();
    if wild || !known {
        return None;
    }
    if !is_account(account) {
        let named = accounts == Accounts::Named && !account.is_empty();
        let whole = rest == "root" || rest.contains('/');
        return (named && whole).then_some(Means::Nobody);
    }
    match (service, rest) {
        ("iam", "root") => Some(Means::Account(account.to_owned())),
        (_, rest) => rest.contains('/').then_some(Means::Arn),
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

impl Class {
    const ALL: [Self; 4] = [
        Self::Aws,
        Self::Service,
        Self::Federated,
        Self::CanonicalUser,
    ];

    /// Returns it as it is written.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Service => "Service",
            Self::Federated => "Federated",
            Self::CanonicalUser => "CanonicalUser",
        }
    }
}
