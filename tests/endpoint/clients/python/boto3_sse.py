"""How a Python program has its objects encrypted, as assertions: SSE-S3, SSE-KMS, SSE-C and the bucket's default."""

import base64
import hashlib
import io
import json
import os
import urllib.error
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.client import Config

from kit import PART, client, refused, run, same

ACCOUNT = "000000000000"
ONCE = Config(retries={"max_attempts": 1})
s3 = client()
kms = boto3.client("kms", config=ONCE)
bea = boto3.client(
    "s3",
    aws_access_key_id=os.environ["OTHER_ACCESS_KEY_ID"],
    aws_secret_access_key=os.environ["OTHER_SECRET_ACCESS_KEY"],
    config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}),
)
B = "sealed"
key = kms.create_key(Description="for objects")["KeyMetadata"]
KEY, ARN = key["KeyId"], key["Arn"]
KMS = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KEY}
MINE = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"0123456789abcdef0123456789abcdef"}
WRONG = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"fedcba9876543210fedcba9876543210"}
SOURCE = {f"CopySource{name}": value for name, value in MINE.items()}
LARGE = bytes(index % 251 for index in range(2 * PART + 5))


def read(name, **more):
    return s3.get_object(Bucket=B, Key=name, **more)["Body"].read()


def kind(answer):
    return answer.get("ServerSideEncryption"), answer.get("SSEKMSKeyId"), answer.get("BucketKeyEnabled")


def by_the_store():
    s3.create_bucket(Bucket=B)
    rule = s3.get_bucket_encryption(Bucket=B)["ServerSideEncryptionConfiguration"]["Rules"][0]
    same(rule["ApplyServerSideEncryptionByDefault"], {"SSEAlgorithm": "AES256"}, "the default of a new bucket")
    same(s3.put_object(Bucket=B, Key="plain", Body=b"hello")["ServerSideEncryption"], "AES256", "unasked")
    asked = s3.put_object(Bucket=B, Key="plain", Body=b"hello", ServerSideEncryption="AES256")
    same(kind(asked), ("AES256", None, None), "asked for")
    same(kind(s3.head_object(Bucket=B, Key="plain")), ("AES256", None, None), "told by HEAD")
    refused("InvalidArgument", 400, s3.put_object, Bucket=B, Key="x", Body=b"", ServerSideEncryption="ROT13")


def by_a_key():
    put = s3.put_object(Bucket=B, Key="k", Body=b"hello", **KMS)
    same(kind(put), ("aws:kms", ARN, None), "a put under a key")
    got = s3.get_object(Bucket=B, Key="k")
    same([got["Body"].read(), kind(got)], [b"hello", ("aws:kms", ARN, None)], "read under a key")
    same(kind(s3.head_object(Bucket=B, Key="k")), ("aws:kms", ARN, None), "told by HEAD")
    same(read("k", Range="bytes=1-3"), b"ell", "a range of it")
    kms.create_alias(AliasName="alias/objects", TargetKeyId=KEY)
    for name in ["alias/objects", ARN, f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/objects"]:
        put = s3.put_object(Bucket=B, Key="k", Body=b"hello", ServerSideEncryption="aws:kms", SSEKMSKeyId=name)
        same(put["SSEKMSKeyId"], ARN, f"the key named {name}")
    managed = s3.put_object(Bucket=B, Key="managed", Body=b"x", ServerSideEncryption="aws:kms")["SSEKMSKeyId"]
    same(kms.describe_key(KeyId=managed)["KeyMetadata"]["KeyManager"], "AWS", "the key that the store manages")
    put = s3.put_object(Bucket=B, Key="k", Body=b"hello", BucketKeyEnabled=True, **KMS)
    same(kind(put), ("aws:kms", ARN, True), "with a bucket key")
    missing = "12345678-90ab-4def-8123-4567890abcde"
    refused("KMS.NotFoundException", 400, s3.put_object, Bucket=B, Key="x", Body=b"", ServerSideEncryption="aws:kms", SSEKMSKeyId=missing)
    refused("InvalidArgument", 400, s3.put_object, Bucket=B, Key="x", Body=b"", ServerSideEncryption="AES256", SSEKMSKeyId=KEY)
    context = "eyJwcm9qZWN0IjoiMSJ9"  # {"project":"1"}
    s3.put_object(Bucket=B, Key="context", Body=b"in context", SSEKMSEncryptionContext=context, **KMS)
    same(read("context"), b"in context", "under an encryption context")


def by_default():
    s3.create_bucket(Bucket="defaults")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": ARN}, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket="defaults", ServerSideEncryptionConfiguration={"Rules": [rule]})
    told = s3.get_bucket_encryption(Bucket="defaults")["ServerSideEncryptionConfiguration"]["Rules"][0]
    same({name: told.get(name) for name in rule}, rule, "the default of a bucket")
    put = s3.put_object(Bucket="defaults", Key="k", Body=b"x")
    same(kind(put), ("aws:kms", ARN, True), "an object by default")
    put = s3.put_object(Bucket="defaults", Key="own", Body=b"x", ServerSideEncryption="AES256")
    same(put["ServerSideEncryption"], "AES256", "what is asked for goes before the default")
    copied = s3.copy_object(Bucket="defaults", Key="copy", CopySource=f"{B}/plain")
    same(kind(copied), ("aws:kms", ARN, True), "a copy into it")
    s3.delete_bucket_encryption(Bucket="defaults")
    same(s3.put_object(Bucket="defaults", Key="k", Body=b"x")["ServerSideEncryption"], "AES256", "no default any more")


def in_parts():
    config = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART)
    s3.upload_fileobj(io.BytesIO(LARGE), B, "large", ExtraArgs=KMS, Config=config)
    head = s3.head_object(Bucket=B, Key="large")
    same([kind(head), head["ETag"][-3:]], [("aws:kms", ARN, None), '-3"'], "parts under a key")
    target = io.BytesIO()
    s3.download_fileobj(B, "large", target, Config=config)
    same(target.getvalue() == LARGE, True, "the bytes of parts under a key")
    begun = s3.create_multipart_upload(Bucket=B, Key="parts", **KMS)
    same(kind(begun), ("aws:kms", ARN, None), "an upload begun under a key")
    part = s3.upload_part_copy(
        Bucket=B, Key="parts", UploadId=begun["UploadId"], PartNumber=1, CopySource=f"{B}/large", CopySourceRange=f"bytes=0-{PART - 1}"
    )
    same(part["SSEKMSKeyId"], ARN, "a part copied under a key")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]}
    done = s3.complete_multipart_upload(Bucket=B, Key="parts", UploadId=begun["UploadId"], MultipartUpload=parts)
    same(kind(done), ("aws:kms", ARN, None), "completed under a key")
    same(read("parts") == LARGE[:PART], True, "the bytes of a copied part")


def copies():
    other = kms.create_key()["KeyMetadata"]["Arn"]
    to_other = s3.copy_object(Bucket=B, Key="moved", CopySource=f"{B}/large", ServerSideEncryption="aws:kms", SSEKMSKeyId=other)
    same(kind(to_other), ("aws:kms", other, None), "a copy to another key")
    same(hashlib.md5(read("moved")).digest(), hashlib.md5(LARGE).digest(), "its bytes")
    same(s3.copy_object(Bucket=B, Key="plain2", CopySource=f"{B}/k")["ServerSideEncryption"], "AES256", "a copy as the bucket says")
    within = s3.copy_object(Bucket=B, Key="plain", CopySource=f"{B}/plain", MetadataDirective="COPY", **KMS)
    same(kind(within), ("aws:kms", ARN, None), "another encryption of the same object")
    same(read("plain"), b"hello", "and the same bytes")


def links():
    put = s3.generate_presigned_url("put_object", Params={"Bucket": B, "Key": "sent", **KMS}, ExpiresIn=60)
    headers = {"x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": KEY}
    with urllib.request.urlopen(urllib.request.Request(put, data=b"by a link", method="PUT", headers=headers)) as answer:
        same(answer.headers["x-amz-server-side-encryption-aws-kms-key-id"], ARN, "an upload by a link, under a key")
    get = s3.generate_presigned_url("get_object", Params={"Bucket": B, "Key": "sent"}, ExpiresIn=60)
    with urllib.request.urlopen(get) as answer:
        same(answer.read(), b"by a link", "a download by a link")
    try:
        urllib.request.urlopen(urllib.request.Request(put, data=b"x", method="PUT"))
        raise AssertionError("an upload without the signed headers went through")
    except urllib.error.HTTPError as error:
        same(error.code, 403, "an upload without the signed headers")
    kms.disable_key(KeyId=KEY)
    try:
        urllib.request.urlopen(get)
        raise AssertionError("a link read what a disabled key seals")
    except urllib.error.HTTPError as error:
        same([error.code, b"KMS.DisabledException" in error.read()], [400, True], "a link, and a disabled key")
    kms.enable_key(KeyId=KEY)


def states():
    kms.disable_key(KeyId=KEY)
    refused("KMS.DisabledException", 400, s3.get_object, Bucket=B, Key="k")
    refused("KMS.DisabledException", 400, s3.put_object, Bucket=B, Key="new", Body=b"x", **KMS)
    refused("KMS.DisabledException", 400, s3.copy_object, Bucket=B, Key="new", CopySource=f"{B}/k")
    same(read("plain2"), b"hello", "what another key seals")
    kms.enable_key(KeyId=KEY)
    same(read("k"), b"hello", "enabled again")
    kms.schedule_key_deletion(KeyId=KEY, PendingWindowInDays=7)
    refused("KMS.KMSInvalidStateException", 400, s3.get_object, Bucket=B, Key="k")
    kms.cancel_key_deletion(KeyId=KEY)
    kms.enable_key(KeyId=KEY)
    same(read("k"), b"hello", "a deletion taken back")
    kms.rotate_key_on_demand(KeyId=KEY)
    s3.put_object(Bucket=B, Key="after", Body=b"after", **KMS)
    same([read("k"), read("after")], [b"hello", b"after"], "before and after a rotation")


def others():
    refused("AccessDenied", 403, bea.create_bucket, Bucket="of-bea")
    own = {"Effect": "Allow", "Action": "s3:CreateBucket", "Resource": "*"}
    own = json.dumps({"Version": "2012-10-17", "Statement": [own]})
    boto3.client("iam", config=ONCE).put_user_policy(UserName="bea", PolicyName="own", PolicyDocument=own)
    bea.create_bucket(Bucket="of-bea")
    denied = {"Bucket": "of-bea", "Key": "k", "Body": b"x", **KMS}
    refused("AccessDenied", 403, bea.put_object, **denied)
    user = f"arn:aws:iam::{ACCOUNT}:user/bea"
    kms.create_grant(KeyId=KEY, GranteePrincipal=user, Operations=["GenerateDataKey", "Decrypt"], Name="bea")
    bea.put_object(**denied)
    same(bea.get_object(Bucket="of-bea", Key="k")["Body"].read(), b"x", "by a grant")
    trail = boto3.client("cloudtrail", config=ONCE)
    mine = [{"AttributeKey": "Username", "AttributeValue": "bea"}]
    events = trail.lookup_events(LookupAttributes=mine)["Events"]
    refusals = [json.loads(e["CloudTrailEvent"]).get("errorCode") for e in events]
    same("AccessDenied" in refusals, True, "the refusal is in the audit")


def by_the_customer():
    put = s3.put_object(Bucket=B, Key="mine", Body=b"only mine", **MINE)
    same([put["SSECustomerAlgorithm"], "ServerSideEncryption" in put], ["AES256", False], "a put under one's own key")
    same(put["SSECustomerKeyMD5"], hash_of(MINE["SSECustomerKey"]), "its digest")
    same(read("mine", **MINE), b"only mine", "read by the key")
    same(s3.head_object(Bucket=B, Key="mine", **MINE)["ContentLength"], 9, "HEAD by the key")
    same(read("mine", Range="bytes=5-8", **MINE), b"mine", "a range by the key")
    refused("InvalidRequest", 400, s3.get_object, Bucket=B, Key="mine")
    refused("400", 400, s3.head_object, Bucket=B, Key="mine")
    refused("AccessDenied", 403, s3.get_object, Bucket=B, Key="mine", **WRONG)
    refused("403", 403, s3.head_object, Bucket=B, Key="mine", **WRONG)
    refused("InvalidRequest", 400, s3.get_object, Bucket=B, Key="plain", **MINE)
    digest = {
        "SSECustomerAlgorithm": "AES256",
        "SSECustomerKey": base64.b64encode(MINE["SSECustomerKey"]).decode(),
        "SSECustomerKeyMD5": hash_of(b"another"),
    }
    refused("InvalidArgument", 400, s3.put_object, Bucket=B, Key="x", Body=b"", **digest)
    s3.put_object(Bucket=B, Key="mine", Body=b"only mine", Metadata={"a": "b"}, **MINE)
    config = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART)
    s3.upload_fileobj(io.BytesIO(LARGE), B, "large mine", ExtraArgs=MINE, Config=config)
    same(read("large mine", **MINE) == LARGE, True, "parts under one's own key")
    refused("AccessDenied", 403, s3.get_object, Bucket=B, Key="large mine", **WRONG)
    s3.copy_object(Bucket=B, Key="copy mine", CopySource={"Bucket": B, "Key": "large mine"}, **SOURCE, **WRONG)
    same(read("copy mine", **WRONG) == LARGE, True, "copied to another key of one's own")
    s3.copy_object(Bucket=B, Key="copy kms", CopySource={"Bucket": B, "Key": "large mine"}, **SOURCE, **KMS)
    same(read("copy kms") == LARGE, True, "copied to a key of the key service")
    refused("InvalidRequest", 400, s3.copy_object, Bucket=B, Key="x", CopySource={"Bucket": B, "Key": "large mine"})
    begun = s3.create_multipart_upload(Bucket=B, Key="parts mine", **MINE)["UploadId"]
    named = {"Bucket": B, "Key": "parts mine", "UploadId": begun}
    refused("InvalidRequest", 400, s3.upload_part, PartNumber=1, Body=b"x", **named)
    part = s3.upload_part(PartNumber=1, Body=b"a part", **named, **MINE)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(MultipartUpload=parts, **named, **MINE)
    same(read("parts mine", **MINE), b"a part", "an upload under one's own key")


def hash_of(secret):
    return base64.b64encode(hashlib.md5(secret).digest()).decode()


run(by_the_store, by_a_key, by_default, in_parts, copies, links, states, others, by_the_customer)
