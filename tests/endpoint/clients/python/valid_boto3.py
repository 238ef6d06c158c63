"""Valid requests of boto3, each of which has to go through."""

import boto3
from botocore.client import Config

from valid_kit import KEYS, body, finish, passed, send, send_form

BUCKET = "valid-boto3"
s3 = boto3.client("s3", config=Config(retries={"max_attempts": 1}, signature_version="s3v4", s3={"addressing_style": "path"}))
s3.create_bucket(Bucket=BUCKET)


def signed(operation, **named):
    return s3.generate_presigned_url(operation, Params={"Bucket": BUCKET, **named}, ExpiresIn=60)


def read(**named):
    return s3.get_object(Bucket=BUCKET, **named)["Body"].read()


for number, key in enumerate(KEYS):
    bytes_, other = body(number), body(number + 1)
    algorithm = ["CRC32", "SHA256", "SHA1", "CRC32C", "CRC64NVME"][number % 5]
    put = s3.put_object(Bucket=BUCKET, Key=key, Body=bytes_, ChecksumAlgorithm=algorithm, Metadata={"n": str(number)})
    passed(put["ETag"], f"put {key}")
    passed(read(Key=key) == bytes_, f"get {key}")
    passed(read(Key=key, Range="bytes=3-9") == bytes_[3:10], f"range of {key}")
    passed(s3.head_object(Bucket=BUCKET, Key=key)["Metadata"] == {"n": str(number)}, f"head {key}")
    typed = s3.get_object(Bucket=BUCKET, Key=key, ResponseContentType="text/x; a=b+c d", ResponseCacheControl="no-store")
    passed(typed["ContentType"] == "text/x; a=b+c d", f"get {key} with a type")
    listed = s3.list_objects_v2(Bucket=BUCKET, Prefix=key, MaxKeys=1)
    passed(listed["Contents"][0]["Key"] == key, f"list {key}")
    copied = s3.copy_object(Bucket=BUCKET, Key=f"copy of/{key}", CopySource={"Bucket": BUCKET, "Key": key})
    passed(copied["CopyObjectResult"]["ETag"] == put["ETag"], f"copy {key}")
    passed(send("GET", signed("get_object", Key=key)) == (200, bytes_), f"link to {key}")
    status, _ = send("PUT", signed("put_object", Key=key), other)
    passed(status == 200 and read(Key=key) == other, f"upload by a link to {key}")
    passed(send("HEAD", signed("head_object", Key=key))[0] == 200, f"head by a link of {key}")
    form = s3.generate_presigned_post(BUCKET, key, Conditions=[["content-length-range", 1, 4096]], ExpiresIn=60)
    passed(send_form(form["url"], form["fields"], bytes_) == 204, f"form for {key}")
    passed(read(Key=key) == bytes_, f"get {key} after a form")
    tags = {"TagSet": [{"Key": "a +b", "Value": str(number)}]}
    tagged = s3.put_object_tagging(Bucket=BUCKET, Key=key, Tagging=tags)
    passed(tagged["ResponseMetadata"]["HTTPStatusCode"] == 200, f"tags of {key}")
    passed(s3.delete_object(Bucket=BUCKET, Key=key)["ResponseMetadata"]["HTTPStatusCode"] == 204, f"delete {key}")
many = {"Objects": [{"Key": f"copy of/{key}"} for key in KEYS]}
passed(len(s3.delete_objects(Bucket=BUCKET, Delete=many)["Deleted"]) == len(KEYS), "a delete of many")
finish()
