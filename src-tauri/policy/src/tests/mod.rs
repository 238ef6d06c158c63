//! The crate as its users see it: policies and requests in, verdicts out. Expected values are written out.

mod combined;
mod conditions;
mod elements;
mod explained;
mod hostile;
mod principals;
mod properties;
mod public;
mod refused;
mod sets;
mod warned;

use crate::{Context, Kind, Policy, Principal, Request, Verdict, evaluate};

const DENIED: Verdict = Verdict::Denied {
    policy: 0,
    statement: 0,
};
const ALLOWED: Verdict = Verdict::Allowed {
    policy: 0,
    statement: 0,
};
const FOR_ACCOUNT: Verdict = Verdict::AllowedForAccount {
    policy: 0,
    statement: 0,
};
const SILENT: Verdict = Verdict::Silent;

/// Reads a policy of a resource.
fn of_resource(json: &str) -> Policy {
    Policy::parse(json, Kind::Resource).unwrap_or_else(|why| panic!("{json}: {why}"))
}

/// Reads a policy of an identity with one statement, given its elements beside `Effect`.
fn allow(elements: &str) -> Policy {
    let json = format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow",{elements}}}}}"#);
    Policy::parse(&json, Kind::Identity).unwrap_or_else(|why| panic!("{json}: {why}"))
}

fn ana() -> Principal {
    Principal::User {
        arn: "arn:aws:iam::000000000000:user/ana".to_owned(),
        account: "000000000000".to_owned(),
    }
}

fn get(key: &str, context: Context) -> Request {
    Request::new(
        ana(),
        "s3:GetObject",
        format!("arn:aws:s3:::box/{key}"),
        context,
    )
}

fn decide(policy: &Policy, request: &Request) -> Verdict {
    evaluate(&[policy], request)
}
