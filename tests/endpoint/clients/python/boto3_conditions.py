"""Conditions, ranges, metadata and copies as boto3 knows them."""

import datetime

from kit import PART, client, refused, run, same

s3 = client()
BUCKET = "conditions"
HELLO = '"5d41402abc4b2a76b9719d911017c592"'
OTHER = '"7d793037a0760186574b0282f2f435e7"'  # Of "world".
EARLY = datetime.datetime(2001, 2, 3, tzinfo=datetime.timezone.utc)


def read(**arguments):
    return s3.get_object(Bucket=BUCKET, **arguments)["Body"].read()


def writes():
    s3.create_bucket(Bucket=BUCKET)
    put = {"Bucket": BUCKET, "Key": "k"}
    refused("NoSuchKey", 404, s3.put_object, **put, Body=b"x", IfMatch=HELLO)
    same(s3.put_object(**put, Body=b"hello", IfNoneMatch="*")["ETag"], HELLO, "the first write")
    refused("PreconditionFailed", 412, s3.put_object, **put, Body=b"x", IfNoneMatch="*")
    refused("PreconditionFailed", 412, s3.put_object, **put, Body=b"x", IfMatch=OTHER)
    same(read(Key="k"), b"hello", "what a refused write leaves")
    same(s3.put_object(**put, Body=b"world", IfMatch=HELLO)["ETag"], OTHER, "a write over what was expected")
    same(read(Key="k"), b"world", "what it wrote")


def completes():
    for condition, code, status in [
        ({"IfNoneMatch": "*"}, "PreconditionFailed", 412), ({"IfMatch": HELLO}, "PreconditionFailed", 412),
    ]:
        where = {"Bucket": BUCKET, "Key": "k"}
        where["UploadId"] = s3.create_multipart_upload(**where)["UploadId"]
        part = s3.upload_part(**where, PartNumber=1, Body=b"in parts")
        parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
        refused(code, status, s3.complete_multipart_upload, **where, MultipartUpload=parts, **condition)
        same(read(Key="k"), b"world", "what a refused completion leaves")
        s3.abort_multipart_upload(**where)
    where = {"Bucket": BUCKET, "Key": "k"}
    where["UploadId"] = s3.create_multipart_upload(**where)["UploadId"]
    part = s3.upload_part(**where, PartNumber=1, Body=b"in parts")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(**where, MultipartUpload=parts, IfMatch=OTHER)
    same(read(Key="k"), b"in parts", "a completion over what was expected")
    same("Uploads" in s3.list_multipart_uploads(Bucket=BUCKET), False, "uploads that are left")


def reads():
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"hello")
    late = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=-2)
    for call in [s3.get_object, s3.head_object]:
        ask = {"Bucket": BUCKET, "Key": "k"}
        changed = "412" if call == s3.head_object else "PreconditionFailed"
        same(call(**ask, IfMatch=HELLO)["ContentLength"], 5, "If-Match that matches")
        refused(changed, 412, call, **ask, IfMatch=OTHER)
        refused("304", 304, call, **ask, IfNoneMatch=HELLO)
        same(call(**ask, IfNoneMatch=OTHER)["ContentLength"], 5, "If-None-Match of another")
        same(call(**ask, IfModifiedSince=EARLY)["ContentLength"], 5, "changed since an early day")
        refused(changed, 412, call, **ask, IfUnmodifiedSince=EARLY)
        same(call(**ask, IfUnmodifiedSince=late)["ContentLength"], 5, "not changed since now")
        same(call(**ask, IfMatch=HELLO, IfUnmodifiedSince=EARLY)["ContentLength"], 5, "If-Match outweighs the date")
        refused("304", 304, call, **ask, IfNoneMatch=HELLO, IfModifiedSince=EARLY)


def deletes():
    s3.put_object(Bucket=BUCKET, Key="gone", Body=b"hello")
    refused("PreconditionFailed", 412, s3.delete_object, Bucket=BUCKET, Key="gone", IfMatch=OTHER)
    same(read(Key="gone"), b"hello", "what a refused delete leaves")
    answer = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "gone", "ETag": OTHER}]})
    same([(e["Key"], e["Code"]) for e in answer["Errors"]], [("gone", "PreconditionFailed")], "refused among many")
    s3.delete_object(Bucket=BUCKET, Key="gone", IfMatch=HELLO)
    refused("NoSuchKey", 404, s3.get_object, Bucket=BUCKET, Key="gone")
    same(s3.delete_object(Bucket=BUCKET, Key="gone")["ResponseMetadata"]["HTTPStatusCode"], 204, "deleted again")


def ranges():
    s3.put_object(Bucket=BUCKET, Key="range", Body=b"0123456789")
    cases = [
        ("bytes=0-0", b"0", "bytes 0-0/10"), ("bytes=7-", b"789", "bytes 7-9/10"), ("bytes=-4", b"6789", "bytes 6-9/10"),
        ("bytes=-400", b"0123456789", "bytes 0-9/10"), ("bytes=3-900", b"3456789", "bytes 3-9/10"),
    ]
    for asked, body, told in cases:
        got = s3.get_object(Bucket=BUCKET, Key="range", Range=asked)
        answer = (got["Body"].read(), got["ContentRange"], got["ResponseMetadata"]["HTTPStatusCode"])
        same(answer, (body, told, 206), asked)
    for asked in ["bytes=10-", "bytes=-0"]:
        refused("InvalidRange", 416, s3.get_object, Bucket=BUCKET, Key="range", Range=asked)
    for asked in ["bytes=5-2", "lines=1-2", "bytes=0-1,4-5"]:
        same(read(Key="range", Range=asked), b"0123456789", f"{asked} is the whole")


def metadata():
    given = {
        "CacheControl": "max-age=60", "ContentDisposition": 'attachment; filename="a.txt"', "ContentEncoding": "gzip",
        "ContentLanguage": "de, en", "ContentType": "text/x-notes", "Metadata": {"colour": "blue", "empty": ""},
        "StorageClass": "STANDARD_IA", "WebsiteRedirectLocation": "/elsewhere",
        "Expires": datetime.datetime(2031, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc),
    }
    s3.put_object(Bucket=BUCKET, Key="told", Body=b"hello", **given)
    got = s3.get_object(Bucket=BUCKET, Key="told")
    same({name: got.get(name) for name in given}, given, "metadata")
    asked = s3.get_object(
        Bucket=BUCKET, Key="told", ResponseContentType="text/plain", ResponseCacheControl="no-store",
        ResponseContentDisposition="inline", ResponseContentLanguage="fr", ResponseContentEncoding="identity",
    )
    told = [asked[n] for n in ["ContentType", "CacheControl", "ContentDisposition", "ContentLanguage", "ContentEncoding"]]
    same(told, ["text/plain", "no-store", "inline", "fr", "identity"], "what the answer was asked to say")
    large = {"Bucket": BUCKET, "Key": "much", "Body": b""}
    s3.put_object(**large, Metadata={"a": "x" * 2047})
    refused("MetadataTooLarge", 400, s3.put_object, **large, Metadata={"a": "x" * 2048})


def copies():
    source = {"Bucket": BUCKET, "Key": "told"}
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource=source)
    got = s3.get_object(Bucket=BUCKET, Key="copy")
    same((got["Body"].read(), got["ContentType"], got["Metadata"]["colour"]), (b"hello", "text/x-notes", "blue"), "a copy")
    s3.copy_object(
        Bucket=BUCKET, Key="copy", CopySource=source, MetadataDirective="REPLACE", ContentType="text/plain",
        Metadata={"shape": "round"},
    )
    got = s3.head_object(Bucket=BUCKET, Key="copy")
    same((got["ContentType"], got["Metadata"], "CacheControl" in got), ("text/plain", {"shape": "round"}, False), "replaced")
    refused("InvalidRequest", 400, s3.copy_object, Bucket=BUCKET, Key="told", CopySource=source)
    refused("PreconditionFailed", 412, s3.copy_object, Bucket=BUCKET, Key="copy", CopySource=source, CopySourceIfMatch=OTHER)
    refused(
        "PreconditionFailed", 412, s3.copy_object, Bucket=BUCKET, Key="copy", CopySource=source, CopySourceIfNoneMatch=HELLO,
    )
    missing = {"Bucket": BUCKET, "Key": "missing"}
    refused("NoSuchKey", 404, s3.copy_object, Bucket=BUCKET, Key="copy", CopySource=missing)
    refused("PreconditionFailed", 412, s3.copy_object, Bucket=BUCKET, Key="copy", CopySource=source, IfNoneMatch="*")
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource=source, IfMatch=HELLO)
    s3.copy_object(Bucket=BUCKET, Key="ü +/%41", CopySource=source)
    s3.copy_object(Bucket=BUCKET, Key="back", CopySource={"Bucket": BUCKET, "Key": "ü +/%41"})
    same(read(Key="back"), b"hello", "a copy of an unusual key")


def part_rules():
    where = {"Bucket": BUCKET, "Key": "parts"}
    where["UploadId"] = s3.create_multipart_upload(**where)["UploadId"]
    tags = [s3.upload_part(**where, PartNumber=n, Body=b"small")["ETag"] for n in [3, 7]]
    listed = s3.list_parts(**where, MaxParts=1)
    same((listed["IsTruncated"], listed["NextPartNumberMarker"]), (True, 3), "a page of parts")
    rest = s3.list_parts(**where, PartNumberMarker=3)
    same([part["PartNumber"] for part in rest["Parts"]], [7], "the next page of parts")

    def complete(numbers):
        parts = [{"PartNumber": n, "ETag": tags[0]} for n in numbers]
        return s3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})

    refused("EntityTooSmall", 400, complete, [3, 7])
    refused("InvalidPartOrder", 400, complete, [7, 3])
    refused("InvalidPart", 400, complete, [3, 4])
    refused("InvalidArgument", 400, s3.upload_part, **where, PartNumber=10_001, Body=b"")
    s3.upload_part(**where, PartNumber=3, Body=b"a" * PART)
    copied = s3.upload_part_copy(
        **where, PartNumber=9, CopySource={"Bucket": BUCKET, "Key": "range"}, CopySourceRange="bytes=2-4",
    )
    parts = [{"PartNumber": p["PartNumber"], "ETag": p["ETag"]} for p in s3.list_parts(**where)["Parts"]]
    same(parts[-1], {"PartNumber": 9, "ETag": copied["CopyPartResult"]["ETag"]}, "the copied part")
    chosen = [parts[0], parts[2]]
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": chosen})
    same(read(Key="parts"), b"a" * PART + b"234", "the chosen parts, and no other")
    refused("NoSuchUpload", 404, s3.list_parts, **where)


run(writes, completes, reads, deletes, ranges, metadata, copies, part_rules)
