//! STS: who one is, and credentials for a while.
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html>

mod assume_role;
mod caller;
mod credentials;
mod session_token;

use super::answer::{Answer, Fault, Outcome};
use super::call::Call;

/// Operations of STS that are not offered: identities of others, and messages that AWS seals for itself.
const NOT_OFFERED: [&str; 7] = [
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "AssumeRoot",
    "DecodeAuthorizationMessage",
    "GetDelegatedAccessToken",
    "GetFederationToken",
    "GetWebIdentityToken",
];

/// Does what a call asks of STS.
pub(in crate::query_api) async fn perform(call: &Call<'_>, action: &str) -> Outcome<Answer> {
    match action {
        "GetCallerIdentity" => caller::identity(call).await,
        "GetAccessKeyInfo" => caller::access_key_info(call).await,
        "GetSessionToken" => session_token::get(call).await,
        "AssumeRole" => Box::pin(assume_role::assume(call)).await,
        name if NOT_OFFERED.contains(&name) => Err(Fault::unsupported(name)),
        name => Err(Fault::invalid_action(format!(
            "The action {name} is not valid for this web service."
        ))),
    }
}
