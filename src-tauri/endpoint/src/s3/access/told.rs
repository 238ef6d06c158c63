//! A decision in words: AWS' to whoever asked, and the whole of it to whoever inspects requests or tries policies out.

use s3s::{S3Error, s3_error};
use stave_policy::{By, Source};

use super::denied;
use super::laws::{Laws, Question};
use super::{Asks, Standing};

/// What is decided, and by what.
#[derive(Debug, Clone)]
pub(super) struct Ruling {
    /// By what right the caller is let in; `None` where they are refused.
    pub(super) standing: Option<Standing>,
    pub(super) why: Why,
    /// The action that decided, and what it is done to.
    pub(super) action: String,
    pub(super) question: Question,
}

/// By what something was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The vault's owner asks.
    Vault,
    /// The bucket's owner asks.
    Owner,
    /// The bucket's owner mends its policy.
    Mends,
    /// A statement.
    Statement(By),
    /// An access control list.
    List,
    /// It is decided object by object.
    EachObject,
    /// Somebody signed, and no more is asked here.
    Signed,
    /// The policy of the session does not allow it.
    OutOfBounds,
    /// The bucket's policy allows it to everyone, and that is blocked.
    Blocked,
    /// What is asked for is not there, and who may not list is not told so.
    Hidden,
    /// Nothing allows it.
    Nobody,
}

impl Ruling {
    pub(super) fn new(
        standing: Option<Standing>,
        why: Why,
        action: impl Into<String>,
        question: Question,
    ) -> Self {
        Self {
            standing,
            why,
            action: action.into(),
            question,
        }
    }

    /// Returns the caller's standing, or S3's refusal.
    pub(super) fn into_standing(self, laws: &Laws<'_>) -> s3s::S3Result<Standing> {
        self.standing.ok_or_else(|| self.refusal(laws))
    }

    /// Words the refusal: of the account's own callers AWS tells which kind of policy decided.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
    fn refusal(&self, laws: &Laws<'_>) -> S3Error {
        let Some(arn) = laws.bearer.asker.arn() else {
            return denied();
        };
        let (action, resource) = (&self.action, &self.question.resource);
        let because = match self.why {
            Why::Statement(by) => match by.source {
                Source::Identity { .. } => "with an explicit deny in an identity-based policy",
                Source::Session => "with an explicit deny in a session policy",
                Source::Resource => "with an explicit deny in a resource-based policy",
            }
            .to_owned(),
            Why::OutOfBounds => format!("because no session policy allows the {action} action"),
            _ => format!("because no identity-based policy allows the {action} action"),
        };
        s3_error!(
            AccessDenied,
            "User: {arn} is not authorized to perform: {action} on resource: \"{resource}\" {because}"
        )
    }

    /// Tells in one sentence what decided, and of what would allow it what came nearest.
    pub(super) fn sentence(&self, laws: &Laws<'_>) -> String {
        let name = laws.bearer.asker.name();
        let (action, resource) = (&self.action, &self.question.resource);
        let what = format!("{action} on {resource}");
        match self.why {
            Why::Vault => format!("{name} owns the vault and may do {what}"),
            Why::Owner => format!("{name} owns the bucket and may do {what}"),
            Why::Mends => {
                format!("{name} owns the bucket and can always mend its policy: {what}")
            }
            Why::List => format!("an access control list lets {name} do {what}"),
            Why::EachObject => format!("{what} is decided object by object"),
            Why::Signed => format!("{name} signed, and no more is asked for {what}"),
            Why::Statement(by) => {
                let does = if self.standing.is_some() {
                    "allows"
                } else {
                    "denies"
                };
                format!("{} {does} {what}", statement(laws, by))
            }
            Why::OutOfBounds => {
                let nearest = self.nearest(laws);
                format!("the policy of the session does not allow {what}{nearest}")
            }
            Why::Blocked => format!(
                "the bucket policy allows {what} to everyone, but public policies are blocked in this bucket"
            ),
            Why::Hidden => format!(
                "there is no such object, and {name} may not list the bucket ({what}) and so is not told"
            ),
            Why::Nobody if laws.bearer.asker.user.is_none() => {
                let nearest = self.nearest(laws);
                format!("nobody signed, and nothing allows {what} to everyone{nearest}")
            }
            Why::Nobody => {
                let nearest = self.nearest(laws);
                format!(
                    "no identity policy of {name} and no policy or list of the bucket allows {what}{nearest}"
                )
            }
        }
    }

    fn nearest(&self, laws: &Laws<'_>) -> String {
        let reasons = laws.reasons(&self.action, &self.question);
        let Some((source, nearest)) = reasons.nearest() else {
            return String::new();
        };
        let place = laws.place(source);
        let place = place.map_or_else(String::new, |place| format!(" of the {place}"));
        let mut text = format!("; nearest: {nearest}{place} ");
        if nearest.misses.is_empty() {
            text.push_str("allows it to the account, not to this user");
        }
        for (at, miss) in nearest.misses.iter().enumerate() {
            text.push_str(if at == 0 { "" } else { ", and " });
            text.push_str(&miss.to_string());
        }
        text
    }
}

/// Names a statement and where it stands.
fn statement(laws: &Laws<'_>, by: By) -> String {
    let sid = laws.statement(by).and_then(stave_policy::Statement::sid);
    let sid = sid.map_or_else(String::new, |sid| format!(" ({sid:?})"));
    let place = laws.place(by.source);
    let place = place.map_or_else(String::new, |place| format!(" of the {place}"));
    format!("Statement[{}]{sid}{place}", by.statement)
}

impl Asks<'_> {
    /// Returns the first action, which stands for all where no statement decides.
    pub(super) fn action(&self) -> &str {
        self.actions.first().copied().unwrap_or("s3:DeleteObject")
    }
}
