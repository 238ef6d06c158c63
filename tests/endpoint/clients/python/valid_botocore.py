"""Valid requests written out by hand and signed by botocore's signers: its own in Python, and that of the common
runtime in C; bodies in every form that signature version 4 has."""

import base64
import datetime
import hashlib
import hmac
import os
import urllib.parse
import zlib

from botocore.auth import S3SigV4Auth, S3SigV4PostAuth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.crt.auth import CrtS3SigV4Auth, CrtS3SigV4QueryAuth

from valid_kit import HOST, KEYS, body, finish, passed, send, send_form

BUCKET = "valid-botocore"
KEYS_OF = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
SCOPE = (KEYS_OF, "s3", "us-east-1")
NOTHING = hashlib.sha256(b"").hexdigest()


class Declared(S3SigV4Auth):
    """Signs what is said of a body instead of its digest."""

    declared = ""

    def payload(self, request):
        return self.declared


def url_of(key, query=""):
    path = urllib.parse.quote(key, safe="/~")
    return f"http://{HOST}/{BUCKET}/{path}{query}"


def signed(signer, method, url, content=b"", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = AWSRequest(method=method, url=url, data=content, headers=named)
    # Both signers take from the request whether the digest of its body is to be signed.
    request.context["client_config"] = None
    request.context["payload_signing_enabled"] = True
    signer.add_auth(request)
    return request


def go(request, content=b""):
    headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
    return send(request.method, request.url, content, headers)


def declared(what):
    signer = Declared(*SCOPE)
    signer.declared = what
    return signer


def pieces(content):
    half = len(content) // 2
    return [content[:half], content[half:], b""]


def in_signed_chunks(request, content):
    """Writes a body as signed chunks, each of which signs the one before along with itself."""
    at = request.headers["X-Amz-Date"]
    credential = request.headers["Authorization"].split("Credential=")[1].split(",")[0]
    scope = credential.split("/", 1)[1]
    key = ("AWS4" + KEYS_OF.secret_key).encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    before = request.headers["Authorization"].rsplit("Signature=", 1)[1]
    written = b""
    for piece in pieces(content):
        digest = hashlib.sha256(piece).hexdigest()
        text = "\n".join(["AWS4-HMAC-SHA256-PAYLOAD", at, scope, before, NOTHING, digest])
        before = hmac.new(key, text.encode(), "sha256").hexdigest()
        written += f"{len(piece):x};chunk-signature={before}\r\n".encode() + piece + b"\r\n"
    return written


def in_chunks_with_trailer(content):
    checksum = base64.b64encode(zlib.crc32(content).to_bytes(4)).decode()
    written = b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces(content)[:2] if piece)
    return written + f"0\r\nx-amz-checksum-crc32:{checksum}\r\n\r\n".encode()


def chunked(form, key, content, write, **headers):
    more = {"Content_Encoding": "aws-chunked", "X_Amz_Decoded_Content_Length": str(len(content)), **headers}
    request = signed(declared(form), "PUT", url_of(key), **more)
    return go(request, write(request))[0]


def form(key, content):
    now = datetime.datetime.now(datetime.timezone.utc)
    ends = (now + datetime.timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    request = AWSRequest(method="POST", url=f"http://{HOST}/{BUCKET}")
    request.context["s3-presign-post-fields"] = {"key": key}
    request.context["s3-presign-post-policy"] = {"expiration": ends, "conditions": [{"bucket": BUCKET}, {"key": key}]}
    S3SigV4PostAuth(*SCOPE).add_auth(request)
    return send_form(request.url, request.context["s3-presign-post-fields"], content)


python, runtime = S3SigV4Auth(*SCOPE), CrtS3SigV4Auth(*SCOPE)
made = signed(python, "PUT", f"http://{HOST}/{BUCKET}")
passed(go(made)[0] == 200, "a bucket")
for number, key in enumerate(KEYS):
    url, content, other = url_of(key), body(number), body(number + 1)
    for signer, name in [(python, "Python"), (runtime, "C")]:
        put = signed(signer, "PUT", url, content, X_Amz_Meta_N=f"a  b   {number}")
        passed(go(put, content)[0] == 200, f"put {key} by {name}")
        passed(go(signed(signer, "GET", url)) == (200, content), f"get {key} by {name}")
        part = go(signed(signer, "GET", url, Range="bytes=3-9"))
        passed(part == (206, content[3:10]), f"range of {key} by {name}")
    for query in [S3SigV4QueryAuth, CrtS3SigV4QueryAuth]:
        link = signed(query(*SCOPE, expires=60), "GET", url)
        passed(go(link) == (200, content), f"link to {key}")
    unsigned = signed(declared("UNSIGNED-PAYLOAD"), "PUT", url, other)
    passed(go(unsigned, other)[0] == 200, f"an unsigned body for {key}")
    in_chunks = chunked(
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", key, content, lambda request: in_signed_chunks(request, content)
    )
    passed(in_chunks == 200, f"signed chunks for {key}")
    with_trailer = chunked(
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        key,
        other,
        lambda _: in_chunks_with_trailer(other),
        X_Amz_Trailer="x-amz-checksum-crc32",
    )
    passed(with_trailer == 200, f"chunks with a trailer for {key}")
    passed(go(signed(runtime, "GET", url)) == (200, other), f"get {key} after chunks")
    passed(form(key, content) == 204, f"form for {key}")
    passed(go(signed(python, "DELETE", url))[0] == 204, f"delete {key}")
finish()
