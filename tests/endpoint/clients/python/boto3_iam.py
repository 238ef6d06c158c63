"""What a Python program does with AWS IAM, as assertions. The endpoint and the keys come from the environment."""

import json

import boto3
from botocore.client import Config

from kit import refused, run, same

ACCOUNT = "000000000000"
# What does not fit is to be refused by the other side.
ONCE = Config(retries={"max_attempts": 1}, parameter_validation=False)

iam = boto3.client("iam", config=ONCE)
s3 = boto3.client("s3", config=ONCE)


def policy(action, resource="*", effect="Allow", **more):
    statement = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principal):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def client(service, key):
    return boto3.client(
        service,
        config=ONCE,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )


def users():
    made = iam.create_user(UserName="ana")["User"]
    same(made["Arn"], f"arn:aws:iam::{ACCOUNT}:user/ana", "the ARN")
    same([made["UserName"], made["Path"], made["UserId"][:4]], ["ana", "/", "AIDA"], "a new user")
    same(made["CreateDate"].tzinfo is not None, True, "a time with its zone")
    same(iam.get_user(UserName="ana")["User"]["UserId"], made["UserId"], "its id")
    same(iam.get_user()["User"]["UserName"], "admin", "oneself")
    refused("EntityAlreadyExists", 409, iam.create_user, UserName="ana")
    refused("NoSuchEntity", 404, iam.get_user, UserName="nobody")
    refused("ValidationError", 400, iam.create_user, UserName="a/b")
    refused("UnsupportedOperation", 400, iam.create_user, UserName="x", Path="/team/")
    for name in ["dan", "cy", "bob"]:
        iam.create_user(UserName=name)
    pages = iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 2})
    found = [user["UserName"] for page in pages for user in page["Users"]]
    same(found, ["admin", "ana", "bob", "cy", "dan"], "all users, by pages")
    waiter = iam.get_waiter("user_exists")
    same(waiter.wait(UserName="dan"), None, "a waiter")
    for name in ["dan", "cy", "bob"]:
        iam.delete_user(UserName=name)
    same(len(iam.list_users()["Users"]), 2, "what is left")
    same(iam.list_groups_for_user(UserName="ana")["Groups"], [], "no groups")
    same(iam.list_attached_user_policies(UserName="ana")["AttachedPolicies"], [], "no managed policies")
    refused("UnsupportedOperation", 400, iam.create_group, GroupName="team")
    refused("UnsupportedOperation", 400, iam.list_policies)


def keys():
    key = iam.create_access_key(UserName="ana")["AccessKey"]
    same([key["UserName"], key["Status"], len(key["SecretAccessKey"])], ["ana", "Active", 40], "a new key")
    ana = client("iam", key)
    refused("AccessDenied", 403, ana.list_users)
    refused("AccessDenied", 403, ana.get_user)
    iam.update_access_key(UserName="ana", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    refused("InvalidClientTokenId", 403, ana.list_users)
    refused("InvalidAccessKeyId", 403, client("s3", key).list_buckets)
    iam.update_access_key(UserName="ana", AccessKeyId=key["AccessKeyId"], Status="Active")
    second = iam.create_access_key(UserName="ana")["AccessKey"]
    listed = iam.list_access_keys(UserName="ana")["AccessKeyMetadata"]
    same({one["AccessKeyId"] for one in listed}, {key["AccessKeyId"], second["AccessKeyId"]}, "two keys")
    iam.delete_access_key(UserName="ana", AccessKeyId=second["AccessKeyId"])
    refused("NoSuchEntity", 404, iam.delete_access_key, UserName="ana", AccessKeyId=second["AccessKeyId"])
    refused("DeleteConflict", 409, iam.delete_user, UserName="ana")
    refused("NoSuchEntity", 404, iam.create_access_key, UserName="nobody")
    used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
    same(used["UserName"], "ana", "whose key it is")
    iam.delete_access_key(UserName="ana", AccessKeyId=key["AccessKeyId"])


def policies():
    s3.create_bucket(Bucket="papers")
    s3.put_object(Bucket="papers", Key="open/a", Body=b"open")
    s3.put_object(Bucket="papers", Key="shut/a", Body=b"shut")
    key = iam.create_access_key(UserName="ana")["AccessKey"]
    ana = client("s3", key)
    refused("AccessDenied", 403, ana.get_object, Bucket="papers", Key="open/a")
    reads = policy(["s3:GetObject"], ["arn:aws:s3:::papers/open/*"])
    iam.put_user_policy(UserName="ana", PolicyName="reads", PolicyDocument=reads)
    same(ana.get_object(Bucket="papers", Key="open/a")["Body"].read(), b"open", "what a policy allows")
    refused("AccessDenied", 403, ana.get_object, Bucket="papers", Key="shut/a")
    refused("AccessDenied", 403, ana.put_object, Bucket="papers", Key="open/b", Body=b"")
    refused("AccessDenied", 403, ana.list_objects_v2, Bucket="papers")
    got = iam.get_user_policy(UserName="ana", PolicyName="reads")
    same(got["PolicyDocument"], json.loads(reads), "the policy as it was put")
    same(iam.list_user_policies(UserName="ana")["PolicyNames"], ["reads"], "its name")
    own = policy("s3:*", "arn:aws:s3:::papers/${aws:username}/*")
    iam.put_user_policy(UserName="ana", PolicyName="own", PolicyDocument=own)
    ana.put_object(Bucket="papers", Key="ana/b", Body=b"own")
    refused("AccessDenied", 403, ana.put_object, Bucket="papers", Key="bob/b", Body=b"")
    deny = policy("s3:DeleteObject", effect="Deny")
    iam.put_user_policy(UserName="ana", PolicyName="deny", PolicyDocument=deny)
    refused("AccessDenied", 403, ana.delete_object, Bucket="papers", Key="ana/b")
    iam.delete_user_policy(UserName="ana", PolicyName="deny")
    ana.delete_object(Bucket="papers", Key="ana/b")
    refused("NoSuchEntity", 404, iam.get_user_policy, UserName="ana", PolicyName="deny")
    put = {"UserName": "ana", "PolicyName": "none"}
    refused("MalformedPolicyDocument", 400, iam.put_user_policy, **put, PolicyDocument="{}")
    refused("LimitExceeded", 409, iam.put_user_policy, **put, PolicyDocument=policy("s3:" + "x" * 2_048))
    same(sorted(iam.list_user_policies(UserName="ana")["PolicyNames"]), ["own", "reads"], "what is left")
    result = iam.simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:user/ana",
        ActionNames=["s3:GetObject", "s3:DeleteBucket"],
        ResourceArns=["arn:aws:s3:::papers/open/a"],
    )["EvaluationResults"]
    decisions = {one["EvalActionName"]: one["EvalDecision"] for one in result}
    same(decisions, {"s3:GetObject": "allowed", "s3:DeleteBucket": "implicitDeny"}, "what the simulator says")
    same(result[0]["MatchedStatements"][0]["SourcePolicyId"], "reads", "which policy decides")


def roles():
    document = trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
    made = iam.create_role(
        RoleName="reader",
        AssumeRolePolicyDocument=json.dumps(document),
        Description="reads",
        MaxSessionDuration=7200,
    )["Role"]
    same([made["Arn"], made["RoleId"][:4]], [f"arn:aws:iam::{ACCOUNT}:role/reader", "AROA"], "a new role")
    same(made["AssumeRolePolicyDocument"], document, "whom it trusts")
    got = iam.get_role(RoleName="reader")["Role"]
    same([got["Description"], got["MaxSessionDuration"]], ["reads", 7200], "what it is")
    iam.update_role(RoleName="reader", Description="reads papers", MaxSessionDuration=3600)
    got = iam.get_role(RoleName="reader")["Role"]
    same([got["Description"], got["MaxSessionDuration"]], ["reads papers", 3600], "what it is now")
    other = trust({"AWS": f"arn:aws:iam::{ACCOUNT}:user/ana"})
    iam.update_assume_role_policy(RoleName="reader", PolicyDocument=json.dumps(other))
    same(iam.get_role(RoleName="reader")["Role"]["AssumeRolePolicyDocument"], other, "whom it trusts now")
    iam.put_role_policy(RoleName="reader", PolicyName="reads", PolicyDocument=policy("s3:Get*"))
    same(iam.list_role_policies(RoleName="reader")["PolicyNames"], ["reads"], "its policies")
    refused("DeleteConflict", 409, iam.delete_role, RoleName="reader")
    iam.delete_role_policy(RoleName="reader", PolicyName="reads")
    same(iam.list_attached_role_policies(RoleName="reader")["AttachedPolicies"], [], "no managed policies")
    same(iam.list_instance_profiles_for_role(RoleName="reader")["InstanceProfiles"], [], "no profiles")
    bad = {"RoleName": "bad", "AssumeRolePolicyDocument": policy("s3:*")}
    refused("MalformedPolicyDocument", 400, iam.create_role, **bad)
    same([role["RoleName"] for role in iam.list_roles()["Roles"]], ["reader"], "all roles")
    summary = iam.get_account_summary()["SummaryMap"]
    same([summary["Users"], summary["Roles"], summary["Groups"]], [2, 1, 0], "the account")
    iam.delete_role(RoleName="reader")
    refused("NoSuchEntity", 404, iam.get_role, RoleName="reader")


def delegated():
    """A user who keeps users, within what its policy names."""
    key = iam.create_access_key(UserName=iam.create_user(UserName="keeper")["User"]["UserName"])["AccessKey"]
    keeps = policy(["iam:CreateUser", "iam:DeleteUser", "iam:GetUser"], f"arn:aws:iam::{ACCOUNT}:user/team-*")
    iam.put_user_policy(UserName="keeper", PolicyName="keeps", PolicyDocument=keeps)
    keeper = client("iam", key)
    keeper.create_user(UserName="team-a")
    same(keeper.get_user(UserName="team-a")["User"]["UserName"], "team-a", "a user of a user's")
    refused("AccessDenied", 403, keeper.create_user, UserName="other")
    refused("AccessDenied", 403, keeper.list_users)
    refused("AccessDenied", 403, keeper.create_access_key, UserName="admin")
    keeper.delete_user(UserName="team-a")
    iam.put_user_policy(UserName="keeper", PolicyName="keeps", PolicyDocument=policy("*"))
    refused("AccessDenied", 403, keeper.create_access_key, UserName="admin")
    refused("DeleteConflict", 409, keeper.delete_user, UserName="admin")
    refused("UnmodifiableEntity", 400, iam.put_user_policy, UserName="admin", PolicyName="x", PolicyDocument=keeps)


run(users, keys, policies, roles, delegated)
