"""What the Python suites share: assertions that are counted, and the client that most of them use."""

import time

import boto3
from botocore.client import Config
from botocore.exceptions import ClientError

PART = 5 << 20  # The least size of a part that is not the last.
_checked = 0


def client(**options):
    """Makes a client that tries nothing twice, so that each answer is seen."""
    chosen = {"retries": {"max_attempts": 1}, "signature_version": "s3v4", "s3": {"addressing_style": "path"}}
    return boto3.client("s3", config=Config(**(chosen | options)))


def same(got, expected, what):
    """Fails unless both are equal."""
    global _checked
    _checked += 1
    assert got == expected, f"{what}: got {got!r}, expected {expected!r}"


def refused(code, status, call, *arguments, **named):
    """Fails unless the call is answered by that error."""
    try:
        call(*arguments, **named)
    except ClientError as error:
        same(error.response["Error"]["Code"], code, f"the code of {call.__name__}")
        same(error.response["ResponseMetadata"]["HTTPStatusCode"], status, f"the status of {code}")
        return error.response
    raise AssertionError(f"{code} was expected, {call.__name__} went through")


def run(*parts):
    """Runs the parts in order and says what they took."""
    began = time.monotonic()
    for part in parts:
        part()
        print(f"{part.__name__}: {_checked} checks by now, {time.monotonic() - began:.1f} s")
    print("all held")
