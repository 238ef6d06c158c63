//! IAM: users, roles, their keys and their policies.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html>

mod access_keys;
mod account;
mod empty;
mod policies;
mod roles;
mod simulate;
mod users;

pub(super) use roles::{AN_HOUR, TWELVE_HOURS};

use stave_model::IdentityKind::{Role, User};

use self::simulate::Whose;
use super::answer::{Answer, Fault, Outcome};
use super::call::Call;

/// What IAM has besides, and this endpoint does not: groups, policies that stand by themselves, second factors,
/// passwords, certificates, providers of identities, boundaries and tags. By how the names of its operations begin or
/// end.
const NOT_OFFERED: [&str; 17] = [
    "Group",
    "PolicyVersion",
    "AttachUserPolicy",
    "AttachRolePolicy",
    "DetachUserPolicy",
    "DetachRolePolicy",
    "MFADevice",
    "LoginProfile",
    "InstanceProfile",
    "Certificate",
    "OpenIDConnect",
    "SAMLProvider",
    "PermissionsBoundary",
    "SSHPublicKey",
    "ServiceSpecificCredential",
    "ServiceLinkedRole",
    "AccountAlias",
];

/// Operations that are told by their whole names.
const NOT_OFFERED_BY_NAME: [&str; 19] = [
    "ChangePassword",
    "CreatePolicy",
    "DeleteAccountPasswordPolicy",
    "DeletePolicy",
    "GenerateCredentialReport",
    "GetAccountAuthorizationDetails",
    "GetAccountPasswordPolicy",
    "GetContextKeysForCustomPolicy",
    "GetContextKeysForPrincipalPolicy",
    "GetCredentialReport",
    "GetPolicy",
    "ListEntitiesForPolicy",
    "ListPolicies",
    "TagRole",
    "TagUser",
    "UntagRole",
    "UntagUser",
    "UpdateAccountPasswordPolicy",
    "UpdateUser",
];

/// Hands each operation to the function of its name.
macro_rules! operations {
    ($($name:literal => $module:ident::$function:ident($($argument:expr),*);)*) => {
        /// Does what a call asks of IAM.
        pub(in crate::query_api) async fn perform(
            call: &Call<'_>,
            action: &str,
        ) -> Outcome<Answer> {
            refuse_short_lived(call)?;
            match action {
                $($name => {
                    let action = concat!("iam:", $name);
                    Box::pin($module::$function(call, action $(, $argument)*)).await
                })*
                name if is_not_offered(name) => Err(Fault::unsupported(name)),
                name => Err(Fault::invalid_action(format!(
                    "The action {name} is not valid for this web service."
                ))),
            }
        }
    };
}

operations! {
    "CreateUser" => users::create();
    "GetUser" => users::get();
    "ListUsers" => users::list();
    "DeleteUser" => users::delete();

    "CreateAccessKey" => access_keys::create();
    "UpdateAccessKey" => access_keys::update();
    "DeleteAccessKey" => access_keys::delete();
    "ListAccessKeys" => access_keys::list();
    "GetAccessKeyLastUsed" => access_keys::last_used();

    "PutUserPolicy" => policies::put(User);
    "GetUserPolicy" => policies::get(User);
    "ListUserPolicies" => policies::list(User);
    "DeleteUserPolicy" => policies::delete(User);

    "CreateRole" => roles::create();
    "GetRole" => roles::get();
    "ListRoles" => roles::list();
    "UpdateRole" => roles::update();
    "UpdateRoleDescription" => roles::update_description();
    "UpdateAssumeRolePolicy" => roles::update_trust();
    "DeleteRole" => roles::delete();

    "PutRolePolicy" => policies::put(Role);
    "GetRolePolicy" => policies::get(Role);
    "ListRolePolicies" => policies::list(Role);
    "DeleteRolePolicy" => policies::delete(Role);

    "GetAccountSummary" => account::summary();
    "ListAccountAliases" => account::aliases();
    "SimulatePrincipalPolicy" => simulate::simulate(Whose::Principal);
    "SimulateCustomPolicy" => simulate::simulate(Whose::Given);

    "ListAttachedUserPolicies" => empty::of(User, "AttachedPolicies");
    "ListAttachedRolePolicies" => empty::of(Role, "AttachedPolicies");
    "ListGroupsForUser" => empty::of(User, "Groups");
    "ListInstanceProfilesForRole" => empty::of(Role, "InstanceProfiles");
    "ListMFADevices" => empty::of(User, "MFADevices");
    "ListUserTags" => empty::of(User, "Tags");
    "ListRoleTags" => empty::of(Role, "Tags");
}

/// A user's session asks nothing of IAM, as AWS has it: who has a session for a while could make keys that stay.
fn refuse_short_lived(call: &Call<'_>) -> Outcome<()> {
    let session = call.by.session.as_ref();
    if session.is_some_and(|session| session.kind == User) {
        let status = hyper::StatusCode::FORBIDDEN;
        let message = "The security token included in the request is invalid: IAM is not asked \
                       with the session of a user.";
        return Err(Fault::with_status(status, "InvalidClientTokenId", message));
    }
    Ok(())
}

fn is_not_offered(action: &str) -> bool {
    NOT_OFFERED.iter().any(|part| action.contains(part)) || NOT_OFFERED_BY_NAME.contains(&action)
}
