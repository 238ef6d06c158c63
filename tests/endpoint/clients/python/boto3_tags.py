"""Tags, access control lists and uploads by form, as boto3 knows them."""

import urllib.error
import urllib.parse
import urllib.request
import uuid

from kit import client, refused, run, same

s3 = client()
BUCKET = "tags"
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"


def told(answer):
    return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}


def tag_set(**tags):
    return {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}


def object_tags():
    s3.create_bucket(Bucket=BUCKET)
    where = {"Bucket": BUCKET, "Key": "k"}
    s3.put_object(**where, Body=b"hello", Tagging="colour=blue&a%20b=c%2Bd&empty=")
    same(told(s3.get_object_tagging(**where)), {"colour": "blue", "a b": "c+d", "empty": ""}, "tags by a header")
    same(s3.get_object(**where)["TagCount"], 3, "their count")
    s3.put_object_tagging(**where, Tagging=tag_set(shape="round", größe="klein"))
    same(told(s3.get_object_tagging(**where)), {"shape": "round", "größe": "klein"}, "tags by a document")
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource=where)
    same(told(s3.get_object_tagging(Bucket=BUCKET, Key="copy")), {"shape": "round", "größe": "klein"}, "a copy's tags")
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource=where, TaggingDirective="REPLACE", Tagging="x=y")
    same(told(s3.get_object_tagging(Bucket=BUCKET, Key="copy")), {"x": "y"}, "replaced tags")
    s3.delete_object_tagging(**where)
    same(told(s3.get_object_tagging(**where)), {}, "removed tags")
    eleven = tag_set(**{f"t{number}": "v" for number in range(11)})
    refused("BadRequest", 400, s3.put_object_tagging, **where, Tagging=eleven)
    twice = {"TagSet": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}
    refused("InvalidTag", 400, s3.put_object_tagging, **where, Tagging=twice)
    refused("InvalidTag", 400, s3.put_object_tagging, **where, Tagging=tag_set(**{"k" * 129: "v"}))
    refused("NoSuchKey", 404, s3.get_object_tagging, Bucket=BUCKET, Key="missing")
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="parts", Tagging="made=in%20parts")["UploadId"]
    part = s3.upload_part(Bucket=BUCKET, Key="parts", UploadId=upload, PartNumber=1, Body=b"x")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket=BUCKET, Key="parts", UploadId=upload, MultipartUpload=parts)
    same(told(s3.get_object_tagging(Bucket=BUCKET, Key="parts")), {"made": "in parts"}, "tags of an upload in parts")


def version_tags():
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket=BUCKET, Key="v", Body=b"1", Tagging="of=first")["VersionId"]
    s3.put_object(Bucket=BUCKET, Key="v", Body=b"2", Tagging="of=second")
    same(told(s3.get_object_tagging(Bucket=BUCKET, Key="v")), {"of": "second"}, "the latest version's tags")
    same(told(s3.get_object_tagging(Bucket=BUCKET, Key="v", VersionId=old)), {"of": "first"}, "an old version's tags")
    s3.put_object_tagging(Bucket=BUCKET, Key="v", VersionId=old, Tagging=tag_set(of="old"))
    same(told(s3.get_object_tagging(Bucket=BUCKET, Key="v", VersionId=old)), {"of": "old"}, "changed alone")
    same(told(s3.get_object_tagging(Bucket=BUCKET, Key="v")), {"of": "second"}, "and no other")


def bucket_tags():
    refused("NoSuchTagSet", 404, s3.get_bucket_tagging, Bucket=BUCKET)
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging=tag_set(owner="me"))
    same(told(s3.get_bucket_tagging(Bucket=BUCKET)), {"owner": "me"}, "a bucket's tags")
    s3.delete_bucket_tagging(Bucket=BUCKET)
    refused("NoSuchTagSet", 404, s3.get_bucket_tagging, Bucket=BUCKET)


def grants():
    owned = s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]["Rules"]
    same(owned, [{"ObjectOwnership": "BucketOwnerEnforced"}], "who owns what a new bucket holds")
    refused("AccessControlListNotSupported", 400, s3.put_object_acl, Bucket=BUCKET, Key="k", ACL="public-read")
    full = s3.get_object_acl(Bucket=BUCKET, Key="k")
    owner = full["Owner"]["ID"]
    same([(g["Grantee"]["ID"], g["Permission"]) for g in full["Grants"]], [(owner, "FULL_CONTROL")], "the owner alone")
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    s3.put_bucket_ownership_controls(Bucket=BUCKET, OwnershipControls=rules)
    s3.put_object(Bucket=BUCKET, Key="seen", Body=b"by all", ACL="public-read")
    found = s3.get_object_acl(Bucket=BUCKET, Key="seen")["Grants"]
    seen = [(g["Grantee"].get("URI"), g["Permission"]) for g in found]
    same(sorted(seen, key=str), sorted([(None, "FULL_CONTROL"), (ALL_USERS, "READ")], key=str), "what everyone may")
    s3.put_object_acl(Bucket=BUCKET, Key="seen", ACL="private")
    same(len(s3.get_object_acl(Bucket=BUCKET, Key="seen")["Grants"]), 1, "taken back")


def send(form, body):
    """Sends a form as a browser does; returns the status and where it leads."""
    border = uuid.uuid4().hex
    fields = "".join(
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in form["fields"].items()
    )
    file = f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'
    data = (fields + file).encode() + body + f"\r\n--{border}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={border}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(form["url"], data=data, headers=headers)) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def forms():
    form = s3.generate_presigned_post(
        BUCKET, "by form/${filename}", Fields={"success_action_status": "201"}, ExpiresIn=60,
        Conditions=[{"success_action_status": "201"}, ["content-length-range", 1, 10]],
    )
    same(send(form, b"hello"), 201, "an upload by a form")
    same(s3.get_object(Bucket=BUCKET, Key="by form/a.txt")["Body"].read(), b"hello", "its bytes")
    same(send(form, b"hello, world"), 400, "a body that is too large for the form")
    form["fields"]["key"] = "elsewhere"
    same(send(form, b"hello"), 403, "a field that the policy does not allow")


run(object_tags, version_tags, bucket_tags, grants, forms)
