"""What a Python program does with S3, as assertions. The endpoint and the keys come from the environment."""

import hashlib
import io
import urllib.error
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig

from kit import client, refused, run, same

s3 = client()


def read(**arguments):
    return s3.get_object(**arguments)["Body"].read()


def buckets():
    s3.create_bucket(Bucket="first")
    s3.create_bucket(Bucket="second.bucket")
    names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    same(names, ["first", "second.bucket"], "buckets")
    refused("404", 404, s3.head_bucket, Bucket="missing-bucket")
    refused("NoSuchBucket", 404, s3.list_objects_v2, Bucket="missing-bucket")
    s3.delete_bucket(Bucket="second.bucket")
    same(len(s3.list_buckets()["Buckets"]), 1, "buckets after a delete")


def objects():
    put = s3.put_object(
        Bucket="first", Key="notes/a b+c.txt", Body=b"hello", ContentType="text/plain",
        CacheControl="max-age=60", Metadata={"colour": "blue"},
    )
    same(put["ETag"], '"5d41402abc4b2a76b9719d911017c592"', "ETag")
    same(put["ServerSideEncryption"], "AES256", "encryption")
    got = s3.get_object(Bucket="first", Key="notes/a b+c.txt")
    same(got["Body"].read(), b"hello", "body")
    same(got["ContentType"], "text/plain", "content type")
    same(got["CacheControl"], "max-age=60", "cache control")
    same(got["Metadata"], {"colour": "blue"}, "metadata")
    head = s3.head_object(Bucket="first", Key="notes/a b+c.txt")
    same(head["ContentLength"], 5, "length")
    same(read(Bucket="first", Key="notes/a b+c.txt", Range="bytes=1-3"), b"ell", "range")
    refused("InvalidRange", 416, s3.get_object, Bucket="first", Key="notes/a b+c.txt", Range="bytes=9-")
    refused("NoSuchKey", 404, s3.get_object, Bucket="first", Key="missing")
    refused("404", 404, s3.head_object, Bucket="first", Key="missing")
    refused("304", 304, s3.get_object, Bucket="first", Key="notes/a b+c.txt", IfNoneMatch=put["ETag"])
    refused("PreconditionFailed", 412, s3.put_object, Bucket="first", Key="notes/a b+c.txt", Body=b"x", IfNoneMatch="*")
    refused("BadDigest", 400, s3.put_object, Bucket="first", Key="wrong", Body=b"x", ChecksumCRC32="AAAAAA==")
    refused("404", 404, s3.head_object, Bucket="first", Key="wrong")


def listing():
    keys = ["a", "a/1", "a/2", "b//x", "c/", "d é", "e+f", "g%20h", "..", "\U0001f980"]
    s3.create_bucket(Bucket="listing")
    for key in keys:
        s3.put_object(Bucket="listing", Key=key, Body=key.encode())
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="listing", PaginationConfig={"PageSize": 3})
    found = [item["Key"] for page in pages for item in page.get("Contents", [])]
    same(found, sorted(keys, key=lambda key: key.encode()), "all keys, by their bytes")
    folded = s3.list_objects_v2(Bucket="listing", Delimiter="/")
    same([item["Prefix"] for item in folded["CommonPrefixes"]], ["a/", "b/", "c/"], "common prefixes")
    same([item["Key"] for item in s3.list_objects(Bucket="listing", Prefix="a/")["Contents"]], ["a/1", "a/2"], "v1 prefix")
    same(s3.list_objects_v2(Bucket="listing", StartAfter="e+f")["KeyCount"], 2, "start after")
    for key in keys:
        same(read(Bucket="listing", Key=key), key.encode(), f"the body of {key!r}")
    answer = s3.delete_objects(Bucket="listing", Delete={"Objects": [{"Key": key} for key in keys]})
    same(len(answer["Deleted"]), len(keys), "deleted together")
    s3.delete_bucket(Bucket="listing")


def versions():
    s3.create_bucket(Bucket="versions")
    s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    same(s3.get_bucket_versioning(Bucket="versions")["Status"], "Enabled", "versioning")
    first = s3.put_object(Bucket="versions", Key="k", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket="versions", Key="k", Body=b"2")["VersionId"]
    same(read(Bucket="versions", Key="k", VersionId=first), b"1", "the first version")
    marker = s3.delete_object(Bucket="versions", Key="k")
    same(marker["DeleteMarker"], True, "a delete marker")
    refused("NoSuchKey", 404, s3.get_object, Bucket="versions", Key="k")
    refused("MethodNotAllowed", 405, s3.get_object, Bucket="versions", Key="k", VersionId=marker["VersionId"])
    listed = s3.list_object_versions(Bucket="versions")
    same([item["VersionId"] for item in listed["Versions"]], [second, first], "versions, newest first")
    same([item["IsLatest"] for item in listed["DeleteMarkers"]], [True], "the marker is the latest")
    s3.delete_object(Bucket="versions", Key="k", VersionId=marker["VersionId"])
    same(read(Bucket="versions", Key="k"), b"2", "undeleted")
    s3.copy_object(Bucket="versions", Key="k", CopySource={"Bucket": "versions", "Key": "k", "VersionId": first})
    same(read(Bucket="versions", Key="k"), b"1", "restored")
    refused("BucketNotEmpty", 409, s3.delete_bucket, Bucket="versions")


def multipart():
    body = bytes(index % 251 for index in range(12 * 1024 * 1024 + 5))
    config = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20, max_concurrency=4)
    s3.upload_fileobj(io.BytesIO(body), "first", "large", Config=config)
    same(s3.head_object(Bucket="first", Key="large")["ETag"][-3:], '-3"', "a multipart ETag")
    target = io.BytesIO()
    s3.download_fileobj("first", "large", target, Config=config)
    same(hashlib.sha256(target.getvalue()).digest(), hashlib.sha256(body).digest(), "the bytes of a multipart object")
    upload = s3.create_multipart_upload(Bucket="first", Key="parts")["UploadId"]
    one = s3.upload_part(Bucket="first", Key="parts", UploadId=upload, PartNumber=1, Body=body[: 5 << 20])
    two = s3.upload_part_copy(
        Bucket="first", Key="parts", UploadId=upload, PartNumber=2, CopySource={"Bucket": "first", "Key": "large"},
        CopySourceRange="bytes=5242880-5243000",
    )
    same(len(s3.list_parts(Bucket="first", Key="parts", UploadId=upload)["Parts"]), 2, "parts")
    parts = [{"PartNumber": 1, "ETag": one["ETag"]}, {"PartNumber": 2, "ETag": two["CopyPartResult"]["ETag"]}]
    s3.complete_multipart_upload(Bucket="first", Key="parts", UploadId=upload, MultipartUpload={"Parts": parts})
    same(read(Bucket="first", Key="parts"), body[:5243001], "a part copied from another object")
    gone = s3.create_multipart_upload(Bucket="first", Key="gone")["UploadId"]
    s3.abort_multipart_upload(Bucket="first", Key="gone", UploadId=gone)
    refused("NoSuchUpload", 404, s3.list_parts, Bucket="first", Key="gone", UploadId=gone)


def links():
    s3.put_object(Bucket="first", Key="sent/über.txt", Body=b"for you")
    link = s3.generate_presigned_url("get_object", Params={"Bucket": "first", "Key": "sent/über.txt"}, ExpiresIn=60)
    with urllib.request.urlopen(link) as answer:
        same(answer.read(), b"for you", "a link's bytes")
    put = s3.generate_presigned_url("put_object", Params={"Bucket": "first", "Key": "came"}, ExpiresIn=60)
    request = urllib.request.Request(put, data=b"from you", method="PUT")
    with urllib.request.urlopen(request) as answer:
        same(answer.status, 200, "an upload by a link")
    same(read(Bucket="first", Key="came"), b"from you", "the bytes that a link brought")
    for broken in [link.replace("sent", "Sent"), link[:-1] + ("0" if link[-1] != "0" else "1")]:
        try:
            urllib.request.urlopen(broken)
            raise AssertionError(f"a changed link was let in: {broken}")
        except urllib.error.HTTPError as error:
            same(error.code, 403, "a changed link")


def strangers():
    stranger = boto3.client("s3", aws_access_key_id="NOBODYNOBODYNOBODY00", aws_secret_access_key="x" * 40)
    refused("InvalidAccessKeyId", 403, stranger.list_buckets)
    wrong = boto3.client("s3", aws_secret_access_key="x" * 40, aws_access_key_id=s3._request_signer._credentials.access_key)
    refused("SignatureDoesNotMatch", 403, wrong.list_buckets)


run(buckets, objects, listing, versions, multipart, links, strangers)
