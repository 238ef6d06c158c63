//! The calls of IAM and STS: each asked of an endpoint with a user `ana`, who has a key, and a role `reader` that trusts
//! the account; both have a policy `p`.

use super::Support;
use super::Support::{Answered, Partly, Refused};
use crate::iam::{EVERYTHING, Key, done, iam, unsigned, user};
use crate::kit::Served;
use crate::raw::Answer;

/// A call.
pub struct Call {
    pub service: &'static str,
    pub name: &'static str,
    /// Its parameters.
    pub params: &'static [(&'static str, &'static str)],
    pub answer: &'static str,
    pub support: Support,
}

const ROLE: &str = "arn:aws:iam::000000000000:role/reader";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"sts:AssumeRole"}}"#;

const fn iam_call(
    name: &'static str,
    params: &'static [(&'static str, &'static str)],
    answer: &'static str,
    support: Support,
) -> Call {
    Call {
        service: "iam",
        name,
        params,
        answer,
        support,
    }
}

const fn sts_call(
    name: &'static str,
    params: &'static [(&'static str, &'static str)],
    answer: &'static str,
    support: Support,
) -> Call {
    Call {
        service: "sts",
        name,
        params,
        answer,
        support,
    }
}

const ANA: (&str, &str) = ("UserName", "ana");
const READER: (&str, &str) = ("RoleName", "reader");
const P: (&str, &str) = ("PolicyName", "p");
const NO: &str = "400 UnsupportedOperation";

/// All of them, in the order in which they are asked. `{key}` is the id of ana's key.
pub const CALLS: &[Call] = &[
    iam_call(
        "CreateUser",
        &[("UserName", "bob")],
        "200",
        Partly("no paths, tags and boundaries"),
    ),
    iam_call(
        "GetUser",
        &[ANA],
        "200",
        Answered("without a name: oneself"),
    ),
    iam_call("ListUsers", &[], "200", Answered("")),
    iam_call(
        "CreateAccessKey",
        &[("UserName", "bob")],
        "200",
        Answered("a user may have more than two"),
    ),
    iam_call(
        "UpdateAccessKey",
        &[ANA, ("AccessKeyId", "{key}"), ("Status", "Inactive")],
        "200",
        Answered(""),
    ),
    iam_call("ListAccessKeys", &[ANA], "200", Answered("")),
    iam_call(
        "GetAccessKeyLastUsed",
        &[("AccessKeyId", "{key}")],
        "200",
        Answered("kept to the minute"),
    ),
    iam_call(
        "DeleteAccessKey",
        &[ANA, ("AccessKeyId", "{key}")],
        "200",
        Answered(""),
    ),
    iam_call(
        "PutUserPolicy",
        &[ANA, P, ("PolicyDocument", EVERYTHING)],
        "200",
        Answered("2,048 bytes together; 409 LimitExceeded beyond"),
    ),
    iam_call("GetUserPolicy", &[ANA, P], "200", Answered("")),
    iam_call("ListUserPolicies", &[ANA], "200", Answered("")),
    iam_call("DeleteUserPolicy", &[ANA, P], "200", Answered("")),
    iam_call(
        "DeleteUser",
        &[ANA],
        "200",
        Answered("409 DeleteConflict while it has keys, policies or buckets"),
    ),
    iam_call(
        "CreateRole",
        &[("RoleName", "writer"), ("AssumeRolePolicyDocument", TRUST)],
        "200",
        Partly("no paths, tags and boundaries; users and roles share one space of names"),
    ),
    iam_call("GetRole", &[READER], "200", Partly("without RoleLastUsed")),
    iam_call("ListRoles", &[], "200", Answered("")),
    iam_call(
        "UpdateRole",
        &[READER, ("Description", "reads")],
        "200",
        Answered(""),
    ),
    iam_call(
        "UpdateRoleDescription",
        &[READER, ("Description", "reads")],
        "200",
        Answered(""),
    ),
    iam_call(
        "UpdateAssumeRolePolicy",
        &[READER, ("PolicyDocument", TRUST)],
        "200",
        Answered(""),
    ),
    iam_call(
        "PutRolePolicy",
        &[READER, P, ("PolicyDocument", EVERYTHING)],
        "200",
        Answered("10,240 bytes together"),
    ),
    iam_call("GetRolePolicy", &[READER, P], "200", Answered("")),
    iam_call("ListRolePolicies", &[READER], "200", Answered("")),
    sts_call(
        "GetCallerIdentity",
        &[],
        "200",
        Answered("nobody needs a permission for it"),
    ),
    sts_call(
        "AssumeRole",
        &[("RoleArn", ROLE), ("RoleSessionName", "me")],
        "200",
        Partly("without tags, second factors, managed policies and a source identity"),
    ),
    sts_call(
        "GetSessionToken",
        &[],
        "200",
        Partly("without second factors"),
    ),
    sts_call(
        "GetAccessKeyInfo",
        &[("AccessKeyId", "ADMINKEY")],
        "200",
        Partly("keys of this vault alone"),
    ),
    iam_call("DeleteRolePolicy", &[READER, P], "200", Answered("")),
    iam_call("DeleteRole", &[READER], "200", Answered("its sessions end")),
    iam_call(
        "GetAccountSummary",
        &[],
        "200",
        Partly("what there is, and what there is none of"),
    ),
    iam_call(
        "SimulateCustomPolicy",
        &[
            ("PolicyInputList.member.1", EVERYTHING),
            ("ActionNames.member.1", "s3:GetObject"),
        ],
        "200",
        Partly("without boundaries"),
    ),
    iam_call(
        "SimulatePrincipalPolicy",
        &[
            ("PolicySourceArn", "arn:aws:iam::000000000000:user/bob"),
            ("ActionNames.member.1", "s3:GetObject"),
        ],
        "200",
        Partly("without boundaries"),
    ),
    iam_call(
        "ListAttachedUserPolicies",
        &[("UserName", "bob")],
        "200",
        Answered("there are none"),
    ),
    iam_call(
        "ListAttachedRolePolicies",
        &[("RoleName", "writer")],
        "200",
        Answered("there are none"),
    ),
    iam_call(
        "ListGroupsForUser",
        &[("UserName", "bob")],
        "200",
        Answered("there are none"),
    ),
    iam_call(
        "ListInstanceProfilesForRole",
        &[("RoleName", "writer")],
        "200",
        Answered("there are none"),
    ),
    iam_call(
        "ListMFADevices",
        &[("UserName", "bob")],
        "200",
        Answered("there are none"),
    ),
    iam_call(
        "ListUserTags",
        &[("UserName", "bob")],
        "200",
        Answered("there are none"),
    ),
    iam_call(
        "ListRoleTags",
        &[("RoleName", "writer")],
        "200",
        Answered("there are none"),
    ),
    iam_call("ListAccountAliases", &[], "200", Answered("there are none")),
    iam_call(
        "CreateGroup",
        &[("GroupName", "team")],
        NO,
        Refused("no groups: a role is taken by many"),
    ),
    iam_call(
        "CreatePolicy",
        &[P],
        NO,
        Refused("policies stand in users and roles"),
    ),
    iam_call(
        "AttachUserPolicy",
        &[ANA],
        NO,
        Refused("policies stand in users and roles"),
    ),
    iam_call(
        "PutUserPermissionsBoundary",
        &[ANA],
        NO,
        Refused("not built"),
    ),
    iam_call("CreateVirtualMFADevice", &[], NO, Refused("not built")),
    iam_call(
        "CreateLoginProfile",
        &[ANA],
        NO,
        Refused("there is no console to log in to"),
    ),
    iam_call(
        "UpdateUser",
        &[ANA],
        NO,
        Refused("ARNs in policies would go astray"),
    ),
    iam_call("TagUser", &[ANA], NO, Refused("not built")),
    sts_call(
        "AssumeRoleWithWebIdentity",
        &[],
        NO,
        Refused("no identities of others"),
    ),
    sts_call(
        "AssumeRoleWithSAML",
        &[],
        NO,
        Refused("no identities of others"),
    ),
    sts_call(
        "GetFederationToken",
        &[],
        NO,
        Refused("a role, with a policy of the session, does it"),
    ),
    sts_call(
        "DecodeAuthorizationMessage",
        &[],
        NO,
        Refused("refusals say in clear what decided"),
    ),
];

/// Makes the user and the role; returns the id of the user's key.
pub async fn scene(served: &Served) -> String {
    let ana = user(served, "ana").await;
    let role = [READER, ("AssumeRolePolicyDocument", TRUST)];
    done(&iam(served, "CreateRole", &role).await);
    ana.id
}

/// Makes a call as the owner of the vault.
pub async fn ask(served: &Served, call: &Call, key: &str) -> Answer {
    let version = match call.service {
        "iam" => "2010-05-08",
        _ => "2011-06-15",
    };
    let params: Vec<(&str, &str)> = call
        .params
        .iter()
        .map(|(name, value)| (*name, if *value == "{key}" { key } else { *value }))
        .collect();
    let request = unsigned(served, version, call.name, &params);
    let now = std::time::SystemTime::now();
    let signed = Key::owner().sign(request, call.service, "us-east-1", now);
    signed.send(served).await
}
