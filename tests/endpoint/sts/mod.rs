//! STS over a socket: who one is, and credentials for a while.

mod assume_role;
mod bounds;
mod expiry;
mod identity;
mod session_token;

use std::time::SystemTime;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Credentials;

use crate::iam::{Key, done, iam, unsigned};
use crate::kit::Served;
use crate::raw::Answer;

/// The account by its ARN.
pub const ROOT: &str = "arn:aws:iam::000000000000:root";

/// Calls STS as someone.
pub async fn sts(served: &Served, key: &Key, action: &str, params: &[(&str, &str)]) -> Answer {
    let call = unsigned(served, "2011-06-15", action, params);
    let signed = key.sign(call, "sts", "us-east-1", SystemTime::now());
    signed.send(served).await
}

/// Makes a role that a principal may become, under a condition in JSON.
pub async fn role(served: &Served, name: &str, principal: &str, condition: &str) {
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},
            "Action":"sts:AssumeRole","Condition":{condition}}}}}"#
    );
    let params = [
        ("RoleName", name),
        ("AssumeRolePolicyDocument", trust.as_str()),
        ("MaxSessionDuration", "7200"),
    ];
    done(&iam(served, "CreateRole", &params).await);
}

/// Gives a role a policy.
pub async fn allow_role(served: &Served, role: &str, document: &str) {
    let params = [
        ("RoleName", role),
        ("PolicyName", "given"),
        ("PolicyDocument", document),
    ];
    done(&iam(served, "PutRolePolicy", &params).await);
}

/// Asks to become a role.
pub async fn assume(served: &Served, key: &Key, role: &str, more: &[(&str, &str)]) -> Answer {
    let arn = format!("arn:aws:iam::000000000000:role/{role}");
    let asked = [("RoleArn", arn.as_str()), ("RoleSessionName", "test")];
    let named = |name: &str| more.iter().any(|(n, _)| *n == name);
    let params = asked.into_iter().filter(|(name, _)| !named(name));
    let params: Vec<(&str, &str)> = params.chain(more.iter().copied()).collect();
    sts(served, key, "AssumeRole", &params).await
}

/// Makes a client of S3 with some credentials.
pub fn s3(served: &Served, key: &Key) -> Client {
    let token = key.token.clone();
    let credentials = Credentials::new(&key.id, &key.secret, token, None, "test");
    let config = served
        .config(&key.id, &key.secret)
        .credentials_provider(credentials);
    Client::from_conf(config.force_path_style(true).build())
}
