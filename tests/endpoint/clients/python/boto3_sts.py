"""What a Python program does with AWS STS, as assertions: sessions of users and roles, and S3 and KMS within their
bounds. The endpoint and the keys come from the environment."""

import datetime
import json
import urllib.request

import boto3
from botocore.client import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.session import get_session

from kit import refused, run, same

ACCOUNT = "000000000000"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ONCE = Config(retries={"max_attempts": 1}, parameter_validation=False)
# Links are signed by version 4 only where that is said.
V4 = ONCE.merge(Config(signature_version="s3v4"))

iam = boto3.client("iam", config=ONCE)
kms = boto3.client("kms", config=ONCE)
s3 = boto3.client("s3", config=ONCE)
sts = boto3.client("sts", config=ONCE)


def policy(*statements):
    named = [dict(zip(("Effect", "Action", "Resource"), one)) for one in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": named})


def role(name, principal=ROOT, **condition):
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole", **condition}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]


def client(service, credentials):
    return boto3.client(
        service,
        config=V4 if service == "s3" else ONCE,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials.get("SessionToken"),
    )


def user(name):
    iam.create_user(UserName=name)
    return iam.create_access_key(UserName=name)["AccessKey"]


def identities():
    who = sts.get_caller_identity()
    same([who["Account"], who["Arn"]], [ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/admin"], "the owner")
    ana = client("sts", user("ana"))
    who = ana.get_caller_identity()
    same(who["Arn"], f"arn:aws:iam::{ACCOUNT}:user/ana", "a user without any right")
    same(who["UserId"], iam.get_user(UserName="ana")["User"]["UserId"], "its id")
    elsewhere = boto3.client("sts", region_name="eu-central-1", config=ONCE)
    same(elsewhere.get_caller_identity()["Account"], ACCOUNT, "another region")
    wrong = client("sts", {"AccessKeyId": "AKIANOBODY", "SecretAccessKey": "x"})
    refused("InvalidClientTokenId", 403, wrong.get_caller_identity)
    refused("UnsupportedOperation", 400, sts.get_federation_token, Name="x")
    key = iam.list_access_keys(UserName="ana")["AccessKeyMetadata"][0]["AccessKeyId"]
    same(sts.get_access_key_info(AccessKeyId=key)["Account"], ACCOUNT, "of which account a key is")


def session_tokens():
    made = sts.get_session_token(DurationSeconds=900)["Credentials"]
    lasts = made["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    same(800 < lasts.total_seconds() <= 900, True, "how long it lasts")
    same(made["AccessKeyId"][:4], "ASIA", "the id of a session")
    session = client("s3", made)
    session.create_bucket(Bucket="papers")
    session.put_object(Bucket="papers", Key="team/a b+c", Body=b"by a session")
    same(session.get_object(Bucket="papers", Key="team/a b+c")["Body"].read(), b"by a session", "what it wrote")
    url = session.generate_presigned_url("get_object", Params={"Bucket": "papers", "Key": "team/a b+c"})
    same(urllib.request.urlopen(url).read(), b"by a session", "a link of a session")
    refused("InvalidClientTokenId", 403, client("iam", made).list_users)
    refused("AccessDenied", 403, client("sts", made).get_session_token)
    same(client("sts", made).get_caller_identity()["Arn"][-10:], "user/admin", "whose session it is")
    same(client("kms", made).list_keys()["Keys"] is not None, True, "keys, by a session")
    stranger = made | {"SessionToken": "x" + made["SessionToken"][1:]}
    refused("InvalidClientTokenId", 403, client("sts", stranger).get_caller_identity)
    refused("InvalidToken", 400, client("s3", stranger).list_buckets)
    refused("ValidationError", 400, sts.get_session_token, DurationSeconds=899)


def roles_in_s3():
    arn = role("editor")
    allowed = policy(
        ["Allow", ["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::papers/team/*"],
        ["Allow", "s3:ListBucket", "arn:aws:s3:::papers"],
        ["Deny", "s3:PutObject", "arn:aws:s3:::papers/team/final/*"],
    )
    iam.put_role_policy(RoleName="editor", PolicyName="edits", PolicyDocument=allowed)
    assumed = sts.assume_role(RoleArn=arn, RoleSessionName="boto3")
    same(assumed["AssumedRoleUser"]["Arn"], f"arn:aws:sts::{ACCOUNT}:assumed-role/editor/boto3", "who one is")
    editor = client("s3", assumed["Credentials"])
    editor.put_object(Bucket="papers", Key="team/b", Body=b"edited")
    same(editor.get_object(Bucket="papers", Key="team/b")["Body"].read(), b"edited", "what it wrote")
    same(editor.list_objects_v2(Bucket="papers")["KeyCount"], 2, "what it lists")
    refused("AccessDenied", 403, editor.put_object, Bucket="papers", Key="team/final/b", Body=b"")
    refused("AccessDenied", 403, editor.put_object, Bucket="papers", Key="other", Body=b"")
    refused("AccessDenied", 403, editor.delete_object, Bucket="papers", Key="team/b")
    refused("AccessDenied", 403, editor.create_bucket, Bucket="another")
    refused("AccessDenied", 403, client("iam", assumed["Credentials"]).list_users)
    same(client("sts", assumed["Credentials"]).get_caller_identity()["UserId"][-6:], ":boto3", "its id")
    bounds = policy(["Allow", "s3:GetObject", "*"])
    bounded = sts.assume_role(RoleArn=arn, RoleSessionName="bounded", Policy=bounds)
    same(bounded["PackedPolicySize"] > 0, True, "the size of its policy")
    reader = client("s3", bounded["Credentials"])
    same(reader.get_object(Bucket="papers", Key="team/b")["Body"].read(), b"edited", "what it may read")
    refused("AccessDenied", 403, reader.put_object, Bucket="papers", Key="team/c", Body=b"")
    refused("AccessDenied", 403, reader.list_objects_v2, Bucket="papers")


def roles_in_kms():
    own, other = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    arn = role("sealer")
    seals = policy(["Allow", ["kms:Encrypt", "kms:Decrypt"], own])
    iam.put_role_policy(RoleName="sealer", PolicyName="seals", PolicyDocument=seals)
    made = sts.assume_role(RoleArn=arn, RoleSessionName="boto3")["Credentials"]
    sealer = client("kms", made)
    sealed = sealer.encrypt(KeyId=own, Plaintext=b"secret")["CiphertextBlob"]
    same(sealer.decrypt(CiphertextBlob=sealed)["Plaintext"], b"secret", "what it sealed")
    refused("AccessDeniedException", 400, sealer.encrypt, KeyId=other, Plaintext=b"secret")
    refused("AccessDeniedException", 400, sealer.disable_key, KeyId=own)
    refused("AccessDenied", 403, client("s3", made).get_object, Bucket="papers", Key="team/b")


def trust():
    bob = user("bob")
    arn = role("guarded", Condition={"StringEquals": {"sts:ExternalId": "room 7"}})
    asked = {"RoleArn": arn, "RoleSessionName": "boto3"}
    refused("AccessDenied", 403, sts.assume_role, **asked)
    refused("AccessDenied", 403, sts.assume_role, **asked, ExternalId="room 8")
    same(sts.assume_role(**asked, ExternalId="room 7")["Credentials"]["AccessKeyId"][:4], "ASIA", "the right room")
    bobs = client("sts", bob)
    refused("AccessDenied", 403, bobs.assume_role, **asked, ExternalId="room 7")
    may = policy(["Allow", "sts:AssumeRole", arn])
    iam.put_user_policy(UserName="bob", PolicyName="may", PolicyDocument=may)
    first = bobs.assume_role(**asked, ExternalId="room 7")["Credentials"]
    same(first["SessionToken"] != "", True, "a session of a user's")
    named = role("named", f"arn:aws:iam::{ACCOUNT}:user/bob")
    same(bobs.assume_role(RoleArn=named, RoleSessionName="bob")["ResponseMetadata"]["HTTPStatusCode"], 200, "by name")
    chained = role("chained", f"arn:aws:iam::{ACCOUNT}:role/guarded")
    iam.put_role_policy(RoleName="guarded", PolicyName="may", PolicyDocument=policy(["Allow", "sts:*", "*"]))
    iam.update_role(RoleName="chained", MaxSessionDuration=7200)
    asked = {"RoleArn": chained, "RoleSessionName": "second"}
    second = client("sts", first).assume_role(**asked)
    same(second["AssumedRoleUser"]["Arn"][-14:], "chained/second", "from role to role")
    refused("ValidationError", 400, client("sts", first).assume_role, **asked, DurationSeconds=3601)
    refused("AccessDenied", 403, sts.assume_role, **asked)
    asked = {"RoleArn": named, "RoleSessionName": "x y"}
    refused("ValidationError", 400, bobs.assume_role, **asked)
    refused("MalformedPolicyDocument", 400, bobs.assume_role, RoleArn=named, RoleSessionName="xy", Policy="{}")
    missing = f"arn:aws:iam::{ACCOUNT}:role/none"
    refused("AccessDenied", 403, sts.assume_role, RoleArn=missing, RoleSessionName="xy")


def refreshed():
    """The credentials that refresh themselves, as programs that run for long have them."""
    session = get_session()
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=session.create_client,
        source_credentials=session.get_credentials(),
        role_arn=f"arn:aws:iam::{ACCOUNT}:role/editor",
        extra_args={"RoleSessionName": "refreshed"},
    )
    session._credentials = DeferredRefreshableCredentials(
        method="assume-role", refresh_using=fetcher.fetch_credentials
    )
    refreshing = boto3.Session(botocore_session=session).client("s3", config=ONCE)
    same(refreshing.get_object(Bucket="papers", Key="team/b")["Body"].read(), b"edited", "by a role that is taken again")
    iam.delete_role_policy(RoleName="editor", PolicyName="edits")
    refused("AccessDenied", 403, refreshing.get_object, Bucket="papers", Key="team/b")
    iam.delete_role(RoleName="editor")
    try:
        refreshing.get_object(Bucket="papers", Key="team/b")
    except refreshing.exceptions.ClientError as error:
        same(error.response["Error"]["Code"], "InvalidToken", "a session of a role that is gone")


run(identities, session_tokens, roles_in_s3, roles_in_kms, trust, refreshed)
