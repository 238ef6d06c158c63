"""Checksums as boto3 knows them: every algorithm, of whole objects and of parts. The values were computed elsewhere."""

import hashlib
import io

from boto3.s3.transfer import TransferConfig

from kit import PART, client, refused, run, same

s3 = client()
BUCKET = "sums"

HELLO = {
    "CRC32": "NhCmhg==",
    "CRC32C": "mnG7TA==",
    "CRC64NVME": "M3eFcAZSQlc=",
    "SHA1": "qvTGHdzF6KLavt4PO0gs2a6pQ00=",
    "SHA256": "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
}
# Five MiB of "a", then a hundred "b": the two parts, the whole object, and the checksum of the parts' checksums.
PARTS = {
    "CRC32": ("r/zBbw==", "JQFi2w==", "MY8dhg==", "pKNgKw==-2"),
    "CRC32C": ("WpuOeg==", "qn4G2w==", "DCOCuQ==", "Drnouw==-2"),
    "CRC64NVME": ("PbvLEkWUSgg=", "jpoPdwF2ajU=", "tx17Vl1XIXU=", None),
    "SHA1": ("YbjWYArJTZEodPVpqTQRIPaAyfg=", "3Tt1Djhi7BLDMsbXwRFQKIRx0Mk=", None, "pWKltc5DW95wFDqzejnXEp9FiBs=-2"),
    "SHA256": (
        "oplo+tLngqqfIECjXwWtuX7Yl56x9XLIyOp4Y34nXzw=", "1suwU6vykziJoMy/asJEYjpjouM5fpkd3gkma9qpMtE=", None,
        "7n1ZEEGpZyRgQtPvGMqYL80UbaFJA89T+2OobG6XQAs=-2",
    ),
}
ETAG = '"16cafe8d6b8c1c55c3d339c8d69326c6-2"'


def whole_objects():
    s3.create_bucket(Bucket=BUCKET)
    for algorithm, value in HELLO.items():
        name = f"Checksum{algorithm}"
        put = s3.put_object(Bucket=BUCKET, Key=algorithm, Body=b"hello", ChecksumAlgorithm=algorithm)
        same((put[name], put["ChecksumType"]), (value, "FULL_OBJECT"), f"{algorithm} on the answer of a put")
        head = s3.head_object(Bucket=BUCKET, Key=algorithm, ChecksumMode="ENABLED")
        same((head[name], head["ChecksumType"]), (value, "FULL_OBJECT"), f"{algorithm} of a head")
        same(name in s3.head_object(Bucket=BUCKET, Key=algorithm), False, f"{algorithm} that was not asked for")
        got = s3.get_object(Bucket=BUCKET, Key=algorithm, ChecksumMode="ENABLED")
        same((got["Body"].read(), got[name]), (b"hello", value), f"{algorithm} of a get")
        told = s3.get_object_attributes(Bucket=BUCKET, Key=algorithm, ObjectAttributes=["Checksum", "ETag", "ObjectSize"])
        same(told["Checksum"], {name: value, "ChecksumType": "FULL_OBJECT"}, f"{algorithm} among the attributes")
        same((told["ETag"], told["ObjectSize"]), ("5d41402abc4b2a76b9719d911017c592", 5), "the other attributes")
    listed = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    same([item["ChecksumAlgorithm"] for item in listed], [[name] for name in HELLO], "algorithms in a listing")
    one = s3.get_object(Bucket=BUCKET, Key="CRC32", Range="bytes=1-2", ChecksumMode="ENABLED")
    same((one["Body"].read(), "ChecksumCRC32" in one), (b"el", False), "a range has no checksum of the whole")


def wrong_ones():
    for algorithm, value in PARTS.items():
        named = {f"Checksum{algorithm}": value[0]}
        refused("BadDigest", 400, s3.put_object, Bucket=BUCKET, Key="wrong", Body=b"hello", **named)
    refused("InvalidRequest", 400, s3.put_object, Bucket=BUCKET, Key="wrong", Body=b"hello", ChecksumCRC32="abc")
    refused("BadDigest", 400, s3.put_object, Bucket=BUCKET, Key="wrong", Body=b"hello", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")
    refused("InvalidDigest", 400, s3.put_object, Bucket=BUCKET, Key="wrong", Body=b"hello", ContentMD5="not a digest")
    refused("404", 404, s3.head_object, Bucket=BUCKET, Key="wrong")


def upload(key, algorithm, kind):
    named = {"ChecksumType": kind} if kind else {}
    made = s3.create_multipart_upload(Bucket=BUCKET, Key=key, ChecksumAlgorithm=algorithm, **named)
    same(made["ChecksumAlgorithm"], algorithm, "the algorithm of an upload")
    where = {"Bucket": BUCKET, "Key": key, "UploadId": made["UploadId"]}
    parts = []
    for number, body in enumerate([b"a" * PART, b"b" * 100], start=1):
        name, value = f"Checksum{algorithm}", PARTS[algorithm][number - 1]
        part = s3.upload_part(**where, PartNumber=number, Body=body, ChecksumAlgorithm=algorithm)
        same(part[name], value, f"{algorithm} of part {number}")
        parts.append({"PartNumber": number, "ETag": part["ETag"], name: value})
    return where, parts


def parts_composite():
    for algorithm in ["CRC32", "CRC32C", "SHA1", "SHA256"]:
        name, composite = f"Checksum{algorithm}", PARTS[algorithm][3]
        where, parts = upload(f"composite-{algorithm}", algorithm, None)
        listed = s3.list_parts(**where)
        same([part[name] for part in listed["Parts"]], list(PARTS[algorithm][:2]), f"{algorithm} in the list of parts")
        done = s3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
        same((done["ETag"], done[name], done["ChecksumType"]), (ETAG, composite, "COMPOSITE"), f"a composite {algorithm}")
        head = s3.head_object(Bucket=BUCKET, Key=where["Key"], ChecksumMode="ENABLED")
        same((head[name], head["ChecksumType"]), (composite, "COMPOSITE"), f"the head of a composite {algorithm}")
        told = s3.get_object_attributes(
            Bucket=BUCKET, Key=where["Key"], ObjectAttributes=["Checksum", "ObjectParts", "ObjectSize"],
        )
        same(told["Checksum"], {name: composite[:-2], "ChecksumType": "COMPOSITE"}, "attributes tell it without its -2")
        same(told["ObjectParts"]["TotalPartsCount"], 2, "parts among the attributes")
        sizes = [(part["PartNumber"], part["Size"], part[name]) for part in told["ObjectParts"]["Parts"]]
        same(sizes, [(1, PART, PARTS[algorithm][0]), (2, 100, PARTS[algorithm][1])], "each part among the attributes")


def parts_whole():
    for algorithm in ["CRC32", "CRC32C", "CRC64NVME"]:
        name, whole = f"Checksum{algorithm}", PARTS[algorithm][2]
        where, parts = upload(f"whole-{algorithm}", algorithm, "FULL_OBJECT")
        wrong = {name: PARTS[algorithm][0], "ChecksumType": "FULL_OBJECT"}
        refused("BadDigest", 400, s3.complete_multipart_upload, **where, MultipartUpload={"Parts": parts}, **wrong)
        right = {name: whole, "ChecksumType": "FULL_OBJECT"}
        done = s3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts}, **right)
        same((done[name], done["ChecksumType"]), (whole, "FULL_OBJECT"), f"{algorithm} of a whole object in parts")
        got = s3.get_object(Bucket=BUCKET, Key=where["Key"], PartNumber=2, ChecksumMode="ENABLED")
        same((got["Body"].read(), got["PartsCount"]), (b"b" * 100, 2), "a part that is read")
        same(got["ContentRange"], f"bytes {PART}-{PART + 99}/{PART + 100}", "where the part lies")
    for algorithm in ["SHA1", "SHA256"]:
        refused(
            "InvalidRequest", 400, s3.create_multipart_upload,
            Bucket=BUCKET, Key="never", ChecksumAlgorithm=algorithm, ChecksumType="FULL_OBJECT",
        )
    refused(
        "InvalidRequest", 400, s3.create_multipart_upload,
        Bucket=BUCKET, Key="never", ChecksumAlgorithm="CRC64NVME", ChecksumType="COMPOSITE",
    )


def copies():
    source = {"Bucket": BUCKET, "Key": "SHA256"}
    kept = s3.copy_object(Bucket=BUCKET, Key="kept", CopySource=source)["CopyObjectResult"]
    same(kept["ChecksumSHA256"], HELLO["SHA256"], "a copy keeps the checksum")
    other = s3.copy_object(Bucket=BUCKET, Key="other", CopySource=source, ChecksumAlgorithm="CRC32C")["CopyObjectResult"]
    same(other["ChecksumCRC32C"], HELLO["CRC32C"], "a copy with another checksum")
    head = s3.head_object(Bucket=BUCKET, Key="other", ChecksumMode="ENABLED")
    same((head.get("ChecksumSHA256"), head["ChecksumCRC32C"]), (None, HELLO["CRC32C"]), "the head of that copy")


def transfers():
    body = bytes(index % 253 for index in range(11 << 20))
    config = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=3)
    for algorithm in ["CRC32", "SHA256", "CRC64NVME"]:
        s3.upload_fileobj(io.BytesIO(body), BUCKET, "moved", ExtraArgs={"ChecksumAlgorithm": algorithm}, Config=config)
        back = io.BytesIO()
        s3.download_fileobj(BUCKET, "moved", back, ExtraArgs={"ChecksumMode": "ENABLED"}, Config=config)
        digest = hashlib.sha256(back.getvalue()).hexdigest()
        same(digest, hashlib.sha256(body).hexdigest(), f"the bytes of a transfer with {algorithm}")
        same(s3.head_object(Bucket=BUCKET, Key="moved")["ContentLength"], 11 << 20, "its length")


run(whole_objects, wrong_ones, parts_composite, parts_whole, copies, transfers)
