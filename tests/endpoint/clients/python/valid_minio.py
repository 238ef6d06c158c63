"""Valid requests of minio-py, each of which has to go through."""

import datetime
import io
import os

from minio import Minio
from minio.commonconfig import CopySource, Tags
from minio.datatypes import PostPolicy

from valid_kit import HOST, KEYS, body, finish, passed, send, send_form

BUCKET = "valid-minio"
store = Minio(HOST, os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"], secure=False, region="us-east-1")
store.make_bucket(BUCKET)
MINUTE = datetime.timedelta(minutes=1)


def read(key, **named):
    answer = store.get_object(BUCKET, key, **named)
    try:
        return answer.read()
    finally:
        answer.close()
        answer.release_conn()


def form(key, content):
    policy = PostPolicy(BUCKET, datetime.datetime.now(datetime.timezone.utc) + MINUTE)
    policy.add_equals_condition("key", key)
    policy.add_content_length_range_condition(1, 4096)
    fields = store.presigned_post_policy(policy)
    return send_form(f"http://{HOST}/{BUCKET}", fields | {"key": key}, content)


for number, key in enumerate(KEYS):
    content, other = body(number), body(number + 1)
    put = store.put_object(BUCKET, key, io.BytesIO(content), len(content), metadata={"n": str(number)})
    passed(put.etag, f"put {key}")
    passed(read(key) == content, f"get {key}")
    passed(read(key, offset=3, length=7) == content[3:10], f"range of {key}")
    passed(store.stat_object(BUCKET, key).size == len(content), f"head {key}")
    headers = {"response-content-type": "text/x; a=b+c d"}
    answer = store.get_object(BUCKET, key, extra_query_params=headers)
    passed(answer.headers["Content-Type"] == "text/x; a=b+c d", f"get {key} with a type")
    answer.close()
    answer.release_conn()
    found = next(iter(store.list_objects(BUCKET, prefix=key, recursive=True)))
    passed(found.object_name == key, f"list {key}")
    copied = store.copy_object(BUCKET, f"copy of/{key}", CopySource(BUCKET, key))
    passed(copied.etag == put.etag, f"copy {key}")
    link = store.presigned_get_object(BUCKET, key, expires=MINUTE)
    passed(send("GET", link) == (200, content), f"link to {key}")
    link = store.presigned_put_object(BUCKET, key, expires=MINUTE)
    passed(send("PUT", link, other)[0] == 200 and read(key) == other, f"upload by a link to {key}")
    passed(form(key, content) == 204, f"form for {key}")
    tags = Tags.new_object_tags()
    tags["a +b"] = str(number)
    store.set_object_tags(BUCKET, key, tags)
    passed(store.get_object_tags(BUCKET, key) == tags, f"tags of {key}")
    store.remove_object(BUCKET, key)
    passed(True, f"delete {key}")
finish()
