"""Each test has a rig of its own: the functions, a table, and a line that can be made to fail."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.dynamo import a_table
from tests.faults.rig import Rig, forget_what_is_wired
from tests.faulty import Faulty, to_moto


@pytest.fixture(scope="session")
def line() -> Iterator[Faulty]:
    """To whichever table the test has; made once, because making a client takes longer than most
    tests.
    """
    with Faulty(to_moto()) as faulty:
        yield faulty


@pytest.fixture
def rig(line: Faulty, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with mock_aws(), a_table() as (client, table):
        yield Rig(line, client, table, monkeypatch)
    line.recovers()
    line.forget()
    forget_what_is_wired()
