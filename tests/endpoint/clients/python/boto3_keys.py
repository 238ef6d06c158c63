"""Unusual keys, and listings page by page, as boto3 knows them."""

from concurrent.futures import ThreadPoolExecutor

from kit import client, refused, run, same

s3 = client()
BUCKET = "keys"
LONGEST = "é" * 512  # 1,024 bytes.
KEYS = [
    " ", " leading", "trailing ", "a b", "a+b", "a%2Bb", "a%", "a&b=c?d#e", "a/", "a/b", "a//b", "//", "/slash first",
    ".", "..", "./x", "../x", "x/../y", "quote\"'`", "back\\slash", "tab\there", "line\nfeed", "ünïcödé", "u\u0308", "日本",
    "\U0001f980", "~!@$^*()[]{};:,<>|", "A", "Z", "z", LONGEST,
]


def bodies():
    s3.create_bucket(Bucket=BUCKET)
    for key in KEYS:
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"of " + key.encode())
    for key in KEYS:
        same(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read(), b"of " + key.encode(), f"the body of {key!r}")
        same(s3.head_object(Bucket=BUCKET, Key=key)["ContentLength"], 3 + len(key.encode()), f"the length of {key!r}")
    refused("KeyTooLongError", 400, s3.put_object, Bucket=BUCKET, Key=LONGEST + "x", Body=b"")


def pages():
    ordered = sorted(KEYS, key=lambda key: key.encode())
    for call, items in [("list_objects_v2", "Contents"), ("list_objects", "Contents"), ("list_object_versions", "Versions")]:
        for size in [1, 7, 1000]:
            answers = s3.get_paginator(call).paginate(Bucket=BUCKET, PaginationConfig={"PageSize": size})
            found = [item["Key"] for page in answers for item in page.get(items, [])]
            same(found, ordered, f"{call} by pages of {size}")


def folders():
    for call in ["list_objects_v2", "list_objects"]:
        answers = s3.get_paginator(call).paginate(Bucket=BUCKET, Delimiter="/", PaginationConfig={"PageSize": 4})
        prefixes, keys = [], []
        for page in answers:
            prefixes += [item["Prefix"] for item in page.get("CommonPrefixes", [])]
            keys += [item["Key"] for item in page.get("Contents", [])]
        same(prefixes, ["../", "./", "/", "a/", "x/"], f"folders by {call}")
        same(keys, sorted((k for k in KEYS if "/" not in k), key=lambda k: k.encode()), f"keys outside folders by {call}")
    below = s3.list_objects_v2(Bucket=BUCKET, Prefix="a/", Delimiter="/")
    same([item["Key"] for item in below["Contents"]], ["a/", "a/b"], "what lies in a folder")
    same([item["Prefix"] for item in below["CommonPrefixes"]], ["a//"], "a folder without a name")
    after = s3.list_objects_v2(Bucket=BUCKET, Prefix="a/", StartAfter="a//b")
    same([item["Key"] for item in after["Contents"]], ["a/b"], "what comes after a key")
    words = s3.list_objects_v2(Bucket=BUCKET, Delimiter="lash")
    same([item["Prefix"] for item in words["CommonPrefixes"]], ["/slash", "back\\slash"], "a delimiter of four letters")
    none = s3.list_objects_v2(Bucket=BUCKET, MaxKeys=0)
    same((none["KeyCount"], none["IsTruncated"]), (0, False), "a page of nothing")
    refused("InvalidArgument", 400, s3.list_objects_v2, Bucket=BUCKET, ContinuationToken="not a token of ours")


def uploads():
    names = ["b", "a", "a", "c/d"]
    made = [(name, s3.create_multipart_upload(Bucket=BUCKET, Key=name)["UploadId"]) for name in names]
    answers = s3.get_paginator("list_multipart_uploads").paginate(Bucket=BUCKET, PaginationConfig={"PageSize": 1})
    found = [(item["Key"], item["UploadId"]) for page in answers for item in page.get("Uploads", [])]
    same([key for key, _ in found], ["a", "a", "b", "c/d"], "uploads by pages of one")
    same(sorted(found), sorted(made), "their ids")
    folded = s3.list_multipart_uploads(Bucket=BUCKET, Delimiter="/")
    same([item["Prefix"] for item in folded["CommonPrefixes"]], ["c/"], "a folder of uploads")
    for key, upload in made:
        s3.abort_multipart_upload(Bucket=BUCKET, Key=key, UploadId=upload)


def many():
    """More keys than a page holds, deleted a thousand at once."""
    s3.create_bucket(Bucket="many")
    names = [f"{number:04}" for number in range(1_003)]
    with ThreadPoolExecutor(max_workers=8) as workers:
        list(workers.map(lambda name: s3.put_object(Bucket="many", Key=name, Body=b""), names))
    first = s3.list_objects_v2(Bucket="many")
    same((first["KeyCount"], first["IsTruncated"], first["Contents"][-1]["Key"]), (1_000, True, "0999"), "the first page")
    rest = s3.list_objects_v2(Bucket="many", ContinuationToken=first["NextContinuationToken"])
    same([item["Key"] for item in rest["Contents"]], ["1000", "1001", "1002"], "the second page")
    both = {"Objects": [{"Key": name} for name in names[:1_001]]}
    refused("MalformedXML", 400, s3.delete_objects, Bucket="many", Delete=both)
    answer = s3.delete_objects(Bucket="many", Delete={"Objects": both["Objects"][:1_000], "Quiet": True})
    same(("Deleted" in answer, "Errors" in answer), (False, False), "a quiet delete of a thousand")
    same(s3.list_objects_v2(Bucket="many")["KeyCount"], 3, "what is left")


def gone():
    answer = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": key} for key in KEYS]})
    same(sorted(item["Key"] for item in answer["Deleted"]), sorted(KEYS), "deleted together")
    s3.delete_bucket(Bucket=BUCKET)


run(bodies, pages, folders, uploads, many, gone)
