//! The simulator of policies: what policies say of actions, decided by the one evaluation that decides requests.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html>

use std::collections::BTreeSet;

use stave_model::{ACCOUNT, Identity, IdentityKind, UserName, root_arn, user_arn};
use stave_policy::{
    By, Combined, Context, Decision, Explanation, Kind, Miss, Policy, Principal, Request, Rule,
    Source, explain_decision,
};

use crate::query_api::answer::{Answer, Fault, Outcome};
use crate::query_api::call::{Call, OWNER};
use crate::query_api::xml::Xml;

/// The most questions that one call may ask: actions times resources.
const QUESTIONS_MAX: usize = 1_000;

/// Whose policies are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Those of a user or a role, and such as are given beside.
    Principal,
    /// Such as are given alone.
    Given,
}

/// Policies by the ids that the answer tells.
struct Asked {
    ids: Vec<String>,
    policies: Vec<Policy>,
    resource: Option<Policy>,
    principal: Principal,
    /// Whether nothing binds who would ask.
    is_owner: bool,
    context: Context,
}

pub(super) async fn simulate(call: &Call<'_>, action: &str, whose: Whose) -> Outcome<Answer> {
    call.params.refuse(&[
        "PermissionsBoundaryPolicyInputList",
        "ResourceHandlingOption",
    ])?;
    let asked = match whose {
        Whose::Principal => {
            let arn = call.params.required("PolicySourceArn")?.to_owned();
            call.may(action, &arn).await?;
            asked_of(call, &arn).await?
        }
        Whose::Given => {
            call.may(action, "*").await?;
            asked_of_given(call)?
        }
    };
    let actions = call.params.list("ActionNames");
    if actions.is_empty() {
        call.params.required("ActionNames")?;
    }
    let mut resources = call.params.list("ResourceArns");
    if resources.is_empty() {
        resources.push("*");
    }
    if actions.len() * resources.len() > QUESTIONS_MAX {
        return Err(Fault::invalid(format!(
            "At most {QUESTIONS_MAX} questions are answered."
        )));
    }
    let each = actions
        .iter()
        .flat_map(|action| resources.iter().map(move |to| (*action, *to)));
    let results: Vec<Xml> = each.map(|(action, to)| asked.result(action, to)).collect();
    let told = Xml::new().list("EvaluationResults", results);
    Ok(Answer::Result(told.text("IsTruncated", "false")))
}

/// Returns the policies of whom an ARN names.
async fn asked_of(call: &Call<'_>, arn: &str) -> Outcome<Asked> {
    let (kind, name) = bearer(arn)?;
    let rights = call.rights_of(&name, kind).await?;
    let mut asked = asked_of_given_to(call, caller_arn(call, &rights.identity))?;
    asked.is_owner = name.as_str() == OWNER;
    for policy in rights.policies {
        asked.policies.push(read(&policy.document, Kind::Identity)?);
        asked.ids.push(policy.name.to_string());
    }
    asked.complete(&rights.identity);
    Ok(asked)
}

fn asked_of_given(call: &Call<'_>) -> Outcome<Asked> {
    call.params.required("PolicyInputList.member.1")?;
    let caller = call.params.text("CallerArn").map(str::to_owned);
    asked_of_given_to(call, caller.unwrap_or_else(root_arn))
}

/// Reads the policies and circumstances that a call brings.
fn asked_of_given_to(call: &Call<'_>, arn: String) -> Outcome<Asked> {
    let given = call.params.list("PolicyInputList");
    let policies = given.iter().map(|text| read(text, Kind::Identity));
    let resource = call.params.text("ResourcePolicy");
    let account = arn.split(':').nth(4).unwrap_or(ACCOUNT).to_owned();
    Ok(Asked {
        ids: (1..=given.len())
            .map(|at| format!("PolicyInputList.{at}"))
            .collect(),
        policies: policies.collect::<Outcome<_>>()?,
        resource: resource
            .map(|text| read(text, Kind::Resource))
            .transpose()?,
        principal: if arn.ends_with(":root") {
            Principal::Root { account }
        } else {
            Principal::User { arn, account }
        },
        is_owner: false,
        context: context(call),
    })
}

/// Returns as whom the question is asked: as somebody named beside, or as the bearer.
fn caller_arn(call: &Call<'_>, bearer: &Identity) -> String {
    call.params
        .text("CallerArn")
        .map_or_else(|| bearer.arn(), str::to_owned)
}

/// Reads which user or role an ARN names.
fn bearer(arn: &str) -> Outcome<(IdentityKind, UserName)> {
    let invalid = || {
        Fault::new(
            "InvalidInput",
            format!("{arn} is not the ARN of a user or a role of this account."),
        )
    };
    let rest = arn
        .strip_prefix(&format!("arn:aws:iam::{ACCOUNT}:"))
        .ok_or_else(invalid)?;
    let (kind, name) = rest.split_once('/').ok_or_else(invalid)?;
    let kind = match kind {
        "user" => IdentityKind::User,
        "role" => IdentityKind::Role,
        _ => return Err(invalid()),
    };
    Ok((kind, UserName::parse(name).map_err(|_| invalid())?))
}

/// Reads the circumstances that a call names.
fn context(call: &Call<'_>) -> Context {
    let mut context = Context::new();
    for at in 1.. {
        let entry = format!("ContextEntries.member.{at}");
        let Some(key) = call.params.text(&format!("{entry}.ContextKeyName")) else {
            return context;
        };
        for value in call.params.list(&format!("{entry}.ContextKeyValues")) {
            context.add(key, value);
        }
    }
    context
}

fn read(document: &str, kind: Kind) -> Outcome<Policy> {
    let policy = Policy::parse(document, kind);
    policy.map_err(|error| Fault::new("InvalidInput", error.to_string()))
}

impl Asked {
    /// Adds what is known of the bearer and the call did not name.
    fn complete(&mut self, bearer: &Identity) {
        let known = [
            ("aws:PrincipalArn", bearer.arn()),
            ("aws:PrincipalAccount", ACCOUNT.to_owned()),
        ];
        for (key, value) in known {
            if self.context.values(key).is_empty() {
                self.context.add(key, value);
            }
        }
        let is_user = bearer.arn() == user_arn(&bearer.name);
        if is_user && self.context.values("aws:username").is_empty() {
            self.context.add("aws:username", bearer.name.as_str());
        }
    }

    /// Answers one question.
    fn result(&self, action: &str, to: &str) -> Xml {
        let identity: Vec<&Policy> = self.policies.iter().collect();
        let combined = Combined {
            identity: &identity,
            session: None,
            resource: self.resource.as_ref(),
            rule: Rule::Either,
        };
        let request = Request::new(self.principal.clone(), action, to, self.context.clone());
        let reasons = explain_decision(&combined, &request);
        let by = match reasons.decision {
            Decision::Denied(by) | Decision::Allowed(by) => Some(by),
            Decision::OutOfBounds | Decision::Silent => None,
        };
        let word = match reasons.decision {
            // What a resource denies, nobody may; what the owner's own policies say binds nobody.
            Decision::Denied(_) => "explicitDeny",
            Decision::Allowed(_) => "allowed",
            Decision::OutOfBounds | Decision::Silent if self.is_owner => "allowed",
            Decision::OutOfBounds | Decision::Silent => "implicitDeny",
        };
        let matched = by.map(|by| self.statement(by));
        let missing = missing_keys(&reasons.identity);
        Xml::new()
            .text("EvalActionName", action)
            .text("EvalResourceName", to)
            .text("EvalDecision", word)
            .list("MatchedStatements", matched)
            .texts("MissingContextValues", missing.iter().map(String::as_str))
    }

    fn statement(&self, by: By) -> Xml {
        let (id, kind) = match by.source {
            Source::Identity { policy } => {
                let id = self.ids.get(policy).map_or("", String::as_str);
                let given = id.starts_with("PolicyInputList.");
                (id, if given { "none" } else { "user" })
            }
            Source::Session => ("session", "none"),
            Source::Resource => ("ResourcePolicy", "resource"),
        };
        Xml::new()
            .text("SourcePolicyId", id)
            .text("SourcePolicyType", kind)
    }
}

/// Returns the condition keys that statements ask for and the question does not have.
fn missing_keys(explained: &Explanation) -> BTreeSet<String> {
    let about = explained.statements.iter().filter(|one| {
        let is_condition = |miss: &Miss| matches!(miss, Miss::Condition { .. });
        one.misses.iter().all(is_condition)
    });
    let misses = about.flat_map(|one| &one.misses);
    let absent = misses.filter_map(|miss| match miss {
        Miss::Condition { key, found, .. } if found.is_empty() => Some(key.clone()),
        Miss::Condition { .. } | Miss::Action | Miss::Resource | Miss::Principal => None,
    });
    absent.collect()
}
