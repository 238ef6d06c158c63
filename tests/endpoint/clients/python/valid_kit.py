"""What the Python parts of the run of valid requests share: the keys, and a count of the requests that went through."""

import hashlib
import http.client
import json
import os
import pathlib
import urllib.parse

HOST = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://")
KEYS = json.loads((pathlib.Path(__file__).parent.parent / "keys.json").read_text(encoding="utf-8"))
_passed = 0
_connection = http.client.HTTPConnection(HOST)


def body(number):
    """Returns bytes that are no other object's."""
    return hashlib.sha256(str(number).encode()).digest() * (number % 40 + 1)


def passed(right, what):
    """Counts a request that did what it was to do; any other ends the run."""
    global _passed
    assert right, what
    _passed += 1


def send(method, url, content=b"", headers=None):
    """Sends a request as it is; returns status and bytes."""
    parts = urllib.parse.urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    _connection.request(method, target, content, headers or {})
    answer = _connection.getresponse()
    return answer.status, answer.read()


def send_form(url, fields, content):
    """Sends a form as a browser does; returns the status."""
    edge = "valid-edge-valid-edge"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    file = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    sent = "".join(parts + [file]).encode() + content + f"\r\n--{edge}--\r\n".encode()
    return send("POST", url, sent, {"Content-Type": f"multipart/form-data; boundary={edge}"})[0]


def finish():
    """Tells how many requests went through."""
    print(f"{_passed} requests passed")
