"""A plugin of pytest: ends the session where a test's buckets could not be cleared.

Every test of the suite begins by clearing the buckets of the session's prefix, so one bucket that cannot be cleared
would fail all the tests after it. The task runner begins a new session, with a new prefix, for the rest.
"""

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "teardown" and report.failed:
        item.session.shouldstop = "what the test left could not be cleared"
    return report
