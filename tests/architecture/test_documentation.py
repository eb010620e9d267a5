"""What the code reads and says is documented, and what is documented exists."""

import re
from pathlib import Path

from orderdesk.domain.event import EventType
from tests.architecture.sources import CORE, FUNCTIONS, ROOT, WEB, environment_reads, python_files
from tests.template import functions, variables_of

# Set by Lambda itself or read by libraries, so that our own code need not read them.
READ_BY_LIBRARIES = {"LOG_LEVEL", "POWERTOOLS_SERVICE_NAME", "PYTHONTZPATH"}
SET_BY_LAMBDA = {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_LAMBDA_FUNCTION_NAME"}


def test_every_environment_variable_is_documented_and_every_documented_one_exists() -> None:
    documented = first_column("configuration.md", r"[A-Z][A-Z0-9_]+")

    assert documented == read_by_code() | set_in_template()


def test_every_variable_that_the_code_reads_is_set_in_the_template() -> None:
    assert not read_by_code() - set_in_template() - SET_BY_LAMBDA


def test_no_function_is_given_a_variable_that_nothing_reads() -> None:
    assert not set_in_template() - read_by_code() - READ_BY_LIBRARIES


def test_every_event_type_is_documented_and_every_documented_one_exists() -> None:
    text = (ROOT / "docs" / "events.md").read_text()

    assert set(re.findall(r"`(order\.[a-z_]+)`", text)) == {kind.value for kind in EventType}


def first_column(document: str, pattern: str) -> set[str]:
    """Names in backticks that begin a row of a table in a document."""
    text = Path(ROOT, "docs", document).read_text()
    return set(re.findall(rf"^\|\s*`({pattern})`", text, re.MULTILINE))


def read_by_code() -> set[str]:
    reads = {
        name for path in python_files(CORE, WEB, FUNCTIONS) for name in environment_reads(path)
    }
    return reads - {""}


def set_in_template() -> set[str]:
    return {name for _, function in functions() for name in variables_of(function)}
