"""What a program on minio-py does with S3, as assertions."""

import datetime
import hashlib
import io
import os
import pathlib
import tempfile
import urllib.error
import urllib.request

from minio import Minio
from minio.commonconfig import ENABLED, REPLACE, ComposeSource, CopySource, Tags
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.versioningconfig import VersioningConfig

from kit import PART, run, same

HOST = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://")
KEYS = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
store = Minio(HOST, *KEYS, secure=False, region="us-east-1")
BUCKET = "minio"
HELLO = "5d41402abc4b2a76b9719d911017c592"


def put(key, body, **named):
    return store.put_object(BUCKET, key, io.BytesIO(body), len(body), **named)


def read(key, **named):
    answer = store.get_object(BUCKET, key, **named)
    try:
        return answer.read()
    finally:
        answer.close()
        answer.release_conn()


def refused(code, call, *arguments, **named):
    try:
        answer = call(*arguments, **named)
        if hasattr(answer, "__next__"):
            next(answer)
    except S3Error as error:
        same(error.code, code, f"the code of {call.__name__}")
        return
    raise AssertionError(f"{code} was expected, {call.__name__} went through")


def buckets():
    same(store.bucket_exists(BUCKET), False, "a bucket before it is made")
    store.make_bucket(BUCKET)
    same(store.bucket_exists(BUCKET), True, "a bucket after it is made")
    same([bucket.name for bucket in store.list_buckets()], [BUCKET], "buckets")
    store.make_bucket(BUCKET)  # In the oldest region a bucket of one's own is made again without a word.
    refused("NoSuchBucket", store.list_objects, "missing-bucket")


def objects():
    made = put("a b+c/ü.txt", b"hello", content_type="text/plain", metadata={"colour": "blue", "Cache-Control": "no-store"})
    same(made.etag, HELLO, "the tag of an upload")
    told = store.stat_object(BUCKET, "a b+c/ü.txt")
    same((told.size, told.etag, told.content_type), (5, HELLO, "text/plain"), "what is told of an object")
    same((told.metadata["x-amz-meta-colour"], told.metadata["cache-control"]), ("blue", "no-store"), "metadata")
    same(read("a b+c/ü.txt"), b"hello", "the bytes")
    same(read("a b+c/ü.txt", offset=1, length=3), b"ell", "a range")
    same(read("a b+c/ü.txt", offset=3), b"lo", "a range to the end")
    put("empty", b"")
    same((read("empty"), store.stat_object(BUCKET, "empty").size), (b"", 0), "an empty object")
    refused("NoSuchKey", store.get_object, BUCKET, "missing")
    refused("NoSuchKey", store.stat_object, BUCKET, "missing")
    refused("InvalidRange", store.get_object, BUCKET, "a b+c/ü.txt", offset=5, length=1)


def parts():
    body = bytes(index % 241 for index in range(2 * PART + 9))
    made = put("large", body, part_size=PART)
    same(made.etag[-2:], "-3", "the tag of an upload in parts")
    same(hashlib.sha256(read("large")).hexdigest(), hashlib.sha256(body).hexdigest(), "the bytes of an upload in parts")
    unknown = store.put_object(BUCKET, "unknown", io.BytesIO(body), -1, part_size=PART)
    same(unknown.etag, made.etag, "an upload of unknown length")
    with tempfile.TemporaryDirectory() as folder:
        up, down = pathlib.Path(folder, "up"), pathlib.Path(folder, "down")
        up.write_bytes(body)
        store.fput_object(BUCKET, "file", str(up), part_size=PART)
        store.fget_object(BUCKET, "file", str(down))
        same(down.read_bytes() == body, True, "a file there and back")


def copies():
    source = CopySource(BUCKET, "a b+c/ü.txt")
    copied = store.copy_object(BUCKET, "copy", source)
    same((copied.etag, read("copy")), (HELLO, b"hello"), "a copy")
    same(store.stat_object(BUCKET, "copy").metadata["x-amz-meta-colour"], "blue", "a copy's metadata")
    store.copy_object(BUCKET, "copy", source, metadata={"shape": "round"}, metadata_directive=REPLACE)
    told = store.stat_object(BUCKET, "copy").metadata
    same((told["x-amz-meta-shape"], "x-amz-meta-colour" in told), ("round", False), "replaced metadata")
    refused("PreconditionFailed", store.copy_object, BUCKET, "copy", CopySource(BUCKET, "empty", match_etag=HELLO))
    sources = [ComposeSource(BUCKET, "large"), ComposeSource(BUCKET, "a b+c/ü.txt", offset=1, length=3)]
    store.compose_object(BUCKET, "composed", sources)
    same(read("composed", offset=2 * PART + 9), b"ell", "an object composed of others")
    same(store.stat_object(BUCKET, "composed").size, 2 * PART + 12, "its size")


def listing():
    store.make_bucket("listing")
    keys = [" x", "a b", "a%2Fb", "a+b", "a/", "a/b", "a//c", "é" * 512, "日本", "\U0001f980"]
    for key in keys:
        store.put_object("listing", key, io.BytesIO(b"x"), 1)
    ordered = sorted(keys, key=lambda key: key.encode())
    same([item.object_name for item in store.list_objects("listing", recursive=True)], ordered, "every key")
    top = [item.object_name for item in store.list_objects("listing")]
    same(sorted(top), sorted([" x", "a b", "a%2Fb", "a+b", "a/", "é" * 512, "日本", "\U0001f980"]), "the top")
    below = [item.object_name for item in store.list_objects("listing", prefix="a/")]
    same(sorted(below), ["a/", "a//", "a/b"], "below a folder")
    after = [item.object_name for item in store.list_objects("listing", recursive=True, start_after="a/b")]
    same(after, ["é" * 512, "日本", "\U0001f980"], "after a key")
    old = [item.object_name for item in store.list_objects("listing", recursive=True, use_api_v1=True)]
    same(old, ordered, "every key by the first form")
    same(list(store.remove_objects("listing", [DeleteObject(key) for key in keys])), [], "errors of a removal of many")
    store.remove_bucket("listing")


def versions():
    store.make_bucket("versions")
    store.set_bucket_versioning("versions", VersioningConfig(ENABLED))
    same(store.get_bucket_versioning("versions").status, "Enabled", "versioning")
    ids = [store.put_object("versions", "k", io.BytesIO(body), 1).version_id for body in [b"1", b"2"]]
    store.remove_object("versions", "k")
    found = list(store.list_objects("versions", include_version=True))
    same([item.version_id for item in found if not item.is_delete_marker], ids[::-1], "versions, newest first")
    same([(item.object_name, item.is_latest) for item in found if item.is_delete_marker], [("k", "true")], "the marker")
    refused("NoSuchKey", store.stat_object, "versions", "k")
    same(store.get_object("versions", "k", version_id=ids[0]).read(), b"1", "an old version")
    for item in found:
        store.remove_object("versions", "k", version_id=item.version_id)
    store.remove_bucket("versions")


def tags():
    def made(**named):
        chosen = Tags.new_object_tags()
        chosen.update(named)
        return chosen

    put("tagged", b"x", tags=made(colour="blue"))
    same(dict(store.get_object_tags(BUCKET, "tagged")), {"colour": "blue"}, "tags of an upload")
    store.set_object_tags(BUCKET, "tagged", made(shape="round", größe="klein"))
    same(dict(store.get_object_tags(BUCKET, "tagged")), {"shape": "round", "größe": "klein"}, "tags that were set")
    store.delete_object_tags(BUCKET, "tagged")
    same(store.get_object_tags(BUCKET, "tagged"), None, "removed tags")


def links():
    link = store.presigned_get_object(
        BUCKET, "a b+c/ü.txt", expires=datetime.timedelta(minutes=1), response_headers={"response-content-type": "text/x-own"},
    )
    with urllib.request.urlopen(link) as answer:
        same((answer.read(), answer.headers["Content-Type"]), (b"hello", "text/x-own"), "a link's bytes and type")
    link = store.presigned_put_object(BUCKET, "came", expires=datetime.timedelta(minutes=1))
    urllib.request.urlopen(urllib.request.Request(link, data=b"by a link", method="PUT")).close()
    same(read("came"), b"by a link", "the bytes that a link brought")
    try:
        urllib.request.urlopen(link.replace("came", "other"))
        raise AssertionError("a link for another key was let in")
    except urllib.error.HTTPError as error:
        same(error.code, 403, "a changed link")


run(buckets, objects, parts, copies, listing, versions, tags, links)
