"""What a Python program does with AWS KMS, as assertions. The endpoint and the keys come from the environment."""

import datetime
import json
import os

import boto3
from botocore.client import Config
from Crypto.Cipher import PKCS1_OAEP
from Crypto.Hash import SHA1, SHA256
from Crypto.PublicKey import RSA

from kit import refused, run, same

ACCOUNT = "000000000000"
BEA = f"arn:aws:iam::{ACCOUNT}:user/bea"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
# What does not fit is to be refused by the other side.
ONCE = Config(retries={"max_attempts": 1}, parameter_validation=False)
OTHER = {
    "aws_access_key_id": os.environ["OTHER_ACCESS_KEY_ID"],
    "aws_secret_access_key": os.environ["OTHER_SECRET_ACCESS_KEY"],
}

kms = boto3.client("kms", config=ONCE)
bea = boto3.client("kms", config=ONCE, **OTHER)
trail = boto3.client("cloudtrail", config=ONCE)


def made(**more):
    return kms.create_key(**more)["KeyMetadata"]["KeyId"]


def keys():
    told = kms.create_key(Description="first", Tags=[{"TagKey": "team", "TagValue": "photos"}])["KeyMetadata"]
    key = told["KeyId"]
    same(told["Arn"], f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key}", "the ARN")
    same([told["KeyState"], told["Enabled"], told["KeySpec"]], ["Enabled", True, "SYMMETRIC_DEFAULT"], "a new key")
    same([told["KeyUsage"], told["Origin"], told["KeyManager"]], ["ENCRYPT_DECRYPT", "AWS_KMS", "CUSTOMER"], "its kind")
    same(told["CreationDate"].tzinfo is not None, True, "a time with its zone")
    same(kms.describe_key(KeyId=told["Arn"])["KeyMetadata"]["Description"], "first", "by its ARN")
    kms.update_key_description(KeyId=key, Description="second")
    same(kms.describe_key(KeyId=key)["KeyMetadata"]["Description"], "second", "another description")
    same(kms.list_resource_tags(KeyId=key)["Tags"], [{"TagKey": "team", "TagValue": "photos"}], "tags")
    kms.tag_resource(KeyId=key, Tags=[{"TagKey": "a", "TagValue": "1"}, {"TagKey": "team", "TagValue": "video"}])
    kms.untag_resource(KeyId=key, TagKeys=["a"])
    same(kms.list_resource_tags(KeyId=key)["Tags"], [{"TagKey": "team", "TagValue": "video"}], "changed tags")
    refused("TagException", 400, kms.tag_resource, KeyId=key, Tags=[{"TagKey": "aws:x", "TagValue": "1"}])
    for _ in range(3):
        made()
    pages = kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 2})
    found = [item["KeyId"] for page in pages for item in page["Keys"]]
    same([found == sorted(found), key in found, len(set(found)) == len(found)], [True, True, True], "all keys, by pages")
    refused("NotFoundException", 400, kms.describe_key, KeyId="12345678-90ab-4def-8123-4567890abcde")
    refused("NotFoundException", 400, kms.describe_key, KeyId="no key at all")
    refused("InvalidArnException", 400, kms.describe_key, KeyId=f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{key}")


def aliases():
    first, second = made(), made()
    kms.create_alias(AliasName="alias/photos", TargetKeyId=first)
    same(kms.describe_key(KeyId="alias/photos")["KeyMetadata"]["KeyId"], first, "a key by its alias")
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/photos"
    same(kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyId"], first, "a key by the ARN of its alias")
    refused("AlreadyExistsException", 400, kms.create_alias, AliasName="alias/photos", TargetKeyId=second)
    kms.update_alias(AliasName="alias/photos", TargetKeyId=second)
    listed = kms.list_aliases(KeyId=second)["Aliases"]
    same([(a["AliasName"], a["AliasArn"], a["TargetKeyId"]) for a in listed], [("alias/photos", arn, second)], "aliases")
    same(kms.list_aliases(KeyId=first)["Aliases"], [], "none of the former key")
    kms.delete_alias(AliasName="alias/photos")
    refused("NotFoundException", 400, kms.describe_key, KeyId="alias/photos")
    refused("NotFoundException", 400, kms.delete_alias, AliasName="alias/photos")


def sealing():
    key, other = made(), made()
    context = {"department": "photos", "ü": "日本"}
    sealed = kms.encrypt(KeyId=key, Plaintext=b"hello", EncryptionContext=context)
    blob = sealed["CiphertextBlob"]
    same(sealed["KeyId"].endswith(key), True, "the key that sealed")
    same(sealed["EncryptionAlgorithm"], "SYMMETRIC_DEFAULT", "the algorithm")
    same(b"hello" in blob, False, "nothing in the clear")
    opened = kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)
    same([opened["Plaintext"], opened["KeyId"]], [b"hello", sealed["KeyId"]], "opened")
    same(kms.decrypt(CiphertextBlob=blob, EncryptionContext=context, KeyId=key)["Plaintext"], b"hello", "by a named key")
    refused("InvalidCiphertextException", 400, kms.decrypt, CiphertextBlob=blob)
    refused("InvalidCiphertextException", 400, kms.decrypt, CiphertextBlob=blob, EncryptionContext=context | {"x": "y"})
    refused("IncorrectKeyException", 400, kms.decrypt, CiphertextBlob=blob, EncryptionContext=context, KeyId=other)
    changed = blob[:-1] + bytes([blob[-1] ^ 1])
    refused("InvalidCiphertextException", 400, kms.decrypt, CiphertextBlob=changed, EncryptionContext=context)
    refused("InvalidCiphertextException", 400, kms.decrypt, CiphertextBlob=b"what is this?", EncryptionContext=context)
    moved = kms.re_encrypt(CiphertextBlob=blob, SourceEncryptionContext=context, DestinationKeyId=other)
    same([moved["SourceKeyId"][-36:], moved["KeyId"][-36:]], [key, other], "from one key to another")
    same(kms.decrypt(CiphertextBlob=moved["CiphertextBlob"])["Plaintext"], b"hello", "opened by the other key")
    same(kms.encrypt(KeyId=key, Plaintext=b"x" * 4096)["CiphertextBlob"] != b"", True, "4,096 bytes")
    refused("ValidationException", 400, kms.encrypt, KeyId=key, Plaintext=b"x" * 4097)


def data_keys():
    key = made()
    for spec, length in [("AES_256", 32), ("AES_128", 16)]:
        data = kms.generate_data_key(KeyId=key, KeySpec=spec, EncryptionContext={"a": "b"})
        same(len(data["Plaintext"]), length, f"the length of a key of {spec}")
        opened = kms.decrypt(CiphertextBlob=data["CiphertextBlob"], EncryptionContext={"a": "b"})
        same(opened["Plaintext"], data["Plaintext"], "a data key, opened")
    sealed = kms.generate_data_key_without_plaintext(KeyId=key, NumberOfBytes=77)
    same("Plaintext" in sealed, False, "no plaintext")
    same(len(kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"])["Plaintext"]), 77, "77 bytes")
    refused("ValidationException", 400, kms.generate_data_key, KeyId=key)
    refused("ValidationException", 400, kms.generate_data_key, KeyId=key, NumberOfBytes=16, KeySpec="AES_128")
    one, two = (kms.generate_random(NumberOfBytes=24)["Plaintext"] for _ in range(2))
    same([len(one), one == two], [24, False], "random bytes")
    refused("UnsupportedOperationException", 400, kms.generate_data_key_pair, KeyId=key, KeyPairSpec="RSA_2048")


def macs():
    key = made(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    same(kms.describe_key(KeyId=key)["KeyMetadata"]["MacAlgorithms"], ["HMAC_SHA_256"], "the algorithms of an HMAC key")
    mac = kms.generate_mac(KeyId=key, Message=b"hello", MacAlgorithm="HMAC_SHA_256")
    same([len(mac["Mac"]), mac["KeyId"][-36:]], [32, key], "a MAC")
    held = kms.verify_mac(KeyId=key, Message=b"hello", Mac=mac["Mac"], MacAlgorithm="HMAC_SHA_256")
    same(held["MacValid"], True, "a right MAC")
    refused(
        "KMSInvalidMacException", 400, kms.verify_mac,
        KeyId=key, Message=b"hallo", Mac=mac["Mac"], MacAlgorithm="HMAC_SHA_256",
    )
    refused("InvalidKeyUsageException", 400, kms.encrypt, KeyId=key, Plaintext=b"x")
    refused("InvalidKeyUsageException", 400, kms.generate_mac, KeyId=made(), Message=b"x", MacAlgorithm="HMAC_SHA_256")
    refused("ValidationException", 400, kms.create_key, KeySpec="HMAC_256")
    refused("UnsupportedOperationException", 400, kms.create_key, KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")


def rotation():
    key = made()
    same(kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"], False, "no rotation by itself")
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
    status = kms.get_key_rotation_status(KeyId=key)
    same([status["KeyRotationEnabled"], status["RotationPeriodInDays"]], [True, 90], "a rotation every 90 days")
    days = (status["NextRotationDate"] - datetime.datetime.now(datetime.timezone.utc)).total_seconds() / 86_400
    same(89 < days <= 90.01, True, f"the next rotation, in {days} days")
    refused("ValidationException", 400, kms.enable_key_rotation, KeyId=key, RotationPeriodInDays=89)
    before = kms.encrypt(KeyId=key, Plaintext=b"before")["CiphertextBlob"]
    kms.rotate_key_on_demand(KeyId=key)
    after = kms.encrypt(KeyId=key, Plaintext=b"after")["CiphertextBlob"]
    same(kms.decrypt(CiphertextBlob=before)["Plaintext"], b"before", "sealed before a rotation")
    same(kms.decrypt(CiphertextBlob=after)["Plaintext"], b"after", "sealed after it")
    kinds = [item["RotationType"] for item in kms.list_key_rotations(KeyId=key)["Rotations"]]
    same(kinds, ["ON_DEMAND"], "the history")
    kms.disable_key_rotation(KeyId=key)
    same(kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"], False, "the rotation is off again")


def states():
    key = made()
    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.disable_key(KeyId=key)
    told = kms.describe_key(KeyId=key)["KeyMetadata"]
    same([told["KeyState"], told["Enabled"]], ["Disabled", False], "a key turned off")
    refused("DisabledException", 400, kms.encrypt, KeyId=key, Plaintext=b"x")
    refused("DisabledException", 400, kms.decrypt, CiphertextBlob=blob)
    kms.enable_key(KeyId=key)
    same(kms.decrypt(CiphertextBlob=blob)["Plaintext"], b"x", "turned on again")
    refused("ValidationException", 400, kms.schedule_key_deletion, KeyId=key, PendingWindowInDays=6)
    gone = kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    same([gone["KeyState"], gone["PendingWindowInDays"]], ["PendingDeletion", 7], "a deletion in 7 days")
    told = kms.describe_key(KeyId=key)["KeyMetadata"]
    same(told["DeletionDate"], gone["DeletionDate"], "when it will be deleted")
    refused("KMSInvalidStateException", 400, kms.decrypt, CiphertextBlob=blob)
    refused("KMSInvalidStateException", 400, kms.schedule_key_deletion, KeyId=key)
    same(kms.cancel_key_deletion(KeyId=key)["KeyId"][-36:], key, "cancelled")
    same(kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"], "Disabled", "disabled then, as AWS leaves it")
    kms.enable_key(KeyId=key)
    same(kms.decrypt(CiphertextBlob=blob)["Plaintext"], b"x", "and back")


def imports():
    key = made(Origin="EXTERNAL")
    told = kms.describe_key(KeyId=key)["KeyMetadata"]
    same([told["KeyState"], told["Origin"]], ["PendingImport", "EXTERNAL"], "a key without material")
    refused("KMSInvalidStateException", 400, kms.encrypt, KeyId=key, Plaintext=b"x")
    material = bytes(range(32))

    def bring(what, algorithm="RSAES_OAEP_SHA_256", spec="RSA_2048", hashed=SHA256, **more):
        asked = kms.get_parameters_for_import(KeyId=key, WrappingAlgorithm=algorithm, WrappingKeySpec=spec)
        public = RSA.import_key(asked["PublicKey"])
        wrapped = PKCS1_OAEP.new(public, hashAlgo=hashed).encrypt(what)
        more = more or {"ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"}
        kms.import_key_material(
            KeyId=key, ImportToken=asked["ImportToken"], EncryptedKeyMaterial=wrapped, **more
        )
        return asked

    asked = bring(material)
    same(RSA.import_key(asked["PublicKey"]).size_in_bits(), 2048, "the wrapping key")
    told = kms.describe_key(KeyId=key)["KeyMetadata"]
    same([told["KeyState"], told["ExpirationModel"]], ["Enabled", "KEY_MATERIAL_DOES_NOT_EXPIRE"], "imported")
    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.delete_imported_key_material(KeyId=key)
    refused("KMSInvalidStateException", 400, kms.decrypt, CiphertextBlob=blob)
    refused("IncorrectKeyMaterialException", 400, bring, bytes(32))
    expires = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(days=3)
    bring(material, "RSAES_OAEP_SHA_1", "RSA_3072", SHA1, ValidTo=expires, ExpirationModel="KEY_MATERIAL_EXPIRES")
    same(kms.describe_key(KeyId=key)["KeyMetadata"]["ValidTo"], expires, "until when the material is good")
    same(kms.decrypt(CiphertextBlob=blob)["Plaintext"], b"x", "the same material opens again")
    other = kms.get_parameters_for_import(
        KeyId=made(Origin="EXTERNAL"), WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"
    )
    refused(
        "InvalidImportTokenException", 400, kms.import_key_material, KeyId=key, ImportToken=other["ImportToken"],
        EncryptedKeyMaterial=b"x" * 256, ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
    )


def policies():
    key = made()
    same(kms.list_key_policies(KeyId=key)["PolicyNames"], ["default"], "the names of policies")
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    same(policy["Statement"][0]["Principal"], {"AWS": ROOT}, "the account has all rights")
    refused("AccessDeniedException", 400, bea.encrypt, KeyId=key, Plaintext=b"x")
    allow = {"Sid": "bea", "Effect": "Allow", "Principal": {"AWS": BEA}, "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*"}
    policy["Statement"].append(allow)
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    blob = bea.encrypt(KeyId=key, Plaintext=b"by bea")["CiphertextBlob"]
    same(bea.decrypt(CiphertextBlob=blob)["Plaintext"], b"by bea", "allowed by the policy")
    refused("AccessDeniedException", 400, bea.generate_data_key, KeyId=key, KeySpec="AES_256")
    refused("AccessDeniedException", 400, bea.describe_key, KeyId=key)
    deny = {"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
            "Condition": {"StringEquals": {"kms:EncryptionContext:secret": "yes"}}}
    policy["Statement"].append(deny)
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    hidden = kms.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext={"secret": "yes"})["CiphertextBlob"]
    refused("AccessDeniedException", 400, bea.decrypt, CiphertextBlob=hidden, EncryptionContext={"secret": "yes"})
    same(bea.decrypt(CiphertextBlob=blob)["Plaintext"], b"by bea", "what the denial does not meet")
    refused("MalformedPolicyDocumentException", 400, kms.put_key_policy, KeyId=key, PolicyName="default", Policy="{")
    nobody = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    refused("MalformedPolicyDocumentException", 400, kms.put_key_policy, KeyId=key, PolicyName="default", Policy=nobody)


def grants():
    key = made()
    given = kms.create_grant(
        KeyId=key, GranteePrincipal=BEA, RetiringPrincipal=BEA, Operations=["Decrypt", "GenerateDataKey"], Name="work",
        Constraints={"EncryptionContextSubset": {"project": "1"}},
    )
    same([len(given["GrantId"]), given["GrantToken"] != ""], [64, True], "a grant")
    data = bea.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext={"project": "1", "more": "x"})
    same(len(data["Plaintext"]), 32, "allowed by the grant")
    refused("AccessDeniedException", 400, bea.generate_data_key, KeyId=key, KeySpec="AES_256", EncryptionContext={"project": "2"})
    refused("AccessDeniedException", 400, bea.encrypt, KeyId=key, Plaintext=b"x", EncryptionContext={"project": "1"})
    listed = kms.list_grants(KeyId=key)["Grants"]
    same([(g["GrantId"], g["GranteePrincipal"], g["Name"]) for g in listed], [(given["GrantId"], BEA, "work")], "grants")
    same(listed[0]["Constraints"], {"EncryptionContextSubset": {"project": "1"}}, "constraints")
    same(kms.list_grants(KeyId=key, GranteePrincipal=ROOT)["Grants"], [], "none for others")
    same(len(kms.list_retirable_grants(RetiringPrincipal=BEA)["Grants"]), 1, "grants that bea can give back")
    bea.retire_grant(GrantToken=given["GrantToken"])
    refused("AccessDeniedException", 400, bea.generate_data_key, KeyId=key, KeySpec="AES_256", EncryptionContext={"project": "1"})
    again = kms.create_grant(KeyId=key, GranteePrincipal=BEA, Operations=["Encrypt"])
    bea.encrypt(KeyId=key, Plaintext=b"x")
    kms.revoke_grant(KeyId=key, GrantId=again["GrantId"])
    refused("AccessDeniedException", 400, bea.encrypt, KeyId=key, Plaintext=b"x")
    refused("NotFoundException", 400, kms.revoke_grant, KeyId=key, GrantId=again["GrantId"])


def audit():
    key = made()
    refused("AccessDeniedException", 400, bea.encrypt, KeyId=key, Plaintext=b"x", EncryptionContext={"room": "7"})
    look = {"AttributeKey": "ResourceName", "AttributeValue": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key}"}
    events = trail.lookup_events(LookupAttributes=[look])["Events"]
    same([e["EventName"] for e in events], ["Encrypt", "CreateKey"], "all that happened with a key, newest first")
    record = json.loads(events[0]["CloudTrailEvent"])
    same([record["errorCode"], record["userIdentity"]["userName"]], ["AccessDenied", "bea"], "a refusal, and whose")
    same(record["requestParameters"]["encryptionContext"], {"room": "7"}, "its encryption context")
    same([events[0]["Username"], events[0]["AccessKeyId"]], ["bea", OTHER["aws_access_key_id"]], "who it was")
    mine = [{"AttributeKey": "Username", "AttributeValue": "bea"}]
    pages = trail.get_paginator("lookup_events").paginate(LookupAttributes=mine, PaginationConfig={"PageSize": 5})
    names = {event["Username"] for page in pages for event in page["Events"]}
    same(names, {"bea"}, "all that one user did, by pages")
    past = trail.lookup_events(EndTime=datetime.datetime(2020, 1, 1))["Events"]
    same(past, [], "nothing before there was anything")
    refused("AccessDeniedException", 400, boto3.client("cloudtrail", config=ONCE, **OTHER).lookup_events)


def strangers():
    stranger = boto3.client("kms", aws_access_key_id="NOBODYNOBODYNOBODY00", aws_secret_access_key="x" * 40)
    refused("UnrecognizedClientException", 400, stranger.list_keys)
    wrong = boto3.client("kms", aws_access_key_id=OTHER["aws_access_key_id"], aws_secret_access_key="x" * 40)
    refused("InvalidSignatureException", 400, wrong.list_keys)
    elsewhere = boto3.client("kms", region_name="eu-west-1")
    refused("InvalidSignatureException", 400, elsewhere.list_keys)


run(
    keys, aliases, sealing, data_keys, macs, rotation, states, imports, policies, grants, audit, strangers,
)
