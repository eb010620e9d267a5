"""What the code reads and says is documented, and what is documented exists."""

import re
from pathlib import Path

from orderdesk.api.context import SCOPES
from orderdesk.api.openapi import document
from orderdesk.api.settings_body import settings_document
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.shop.policy import BOUNDS, Store
from orderdesk.domain.shop.settings import SETTINGS
from tests.architecture.sources import CORE, FUNCTIONS, ROOT, WEB, environment_reads, python_files
from tests.template import functions, variables_of

# Set by Lambda itself or read by libraries, so that our own code need not read them.
READ_BY_LIBRARIES = {"LOG_LEVEL", "POWERTOOLS_SERVICE_NAME", "PYTHONTZPATH"}
SET_BY_LAMBDA = {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_LAMBDA_FUNCTION_NAME"}


def test_every_environment_variable_is_documented_and_every_documented_one_exists() -> None:
    documented = first_column("configuration.md", r"[A-Z][A-Z0-9_]+")

    assert documented == (read_by_code() | set_in_template()) - SET_BY_LAMBDA


def test_every_variable_that_the_code_reads_is_set_in_the_template() -> None:
    assert not read_by_code() - set_in_template() - SET_BY_LAMBDA


def test_no_function_is_given_a_variable_that_nothing_reads() -> None:
    assert not set_in_template() - read_by_code() - READ_BY_LIBRARIES


def test_every_event_type_is_documented_and_every_documented_one_exists() -> None:
    text = (ROOT / "docs" / "events.md").read_text()

    assert set(re.findall(r"`(order\.[a-z_]+)`", text)) == {kind.value for kind in EventType}


def test_every_setting_is_documented_with_its_default_and_every_documented_one_exists() -> None:
    rows = re.findall(
        r"^\| `([a-z_]+)` \| (.*?) \|",
        section("configuration.md", "Settings of a store"),
        re.MULTILINE,
    )
    documented = {name: default.partition(" (")[0].partition(":")[0] for name, default in rows}
    defaults = settings_document(Store(store_id="main", name="main"))

    assert list(documented) == list(SETTINGS)
    for name in ("currency", "country", "time_zone", "customer_cancel_until", "after_hours"):
        assert documented[name] == f"`{defaults[name]}`"
    for name, _, _ in BOUNDS:
        assert documented[name] == str(defaults[name])


def test_every_route_and_scope_of_the_api_is_documented() -> None:
    text = (ROOT / "docs" / "api.md").read_text()

    assert {scope for scope in SCOPES if f"`{scope}`" not in text} == set()
    for path in document()["paths"]:
        assert path.removeprefix("/api/orders/{order_id}") in text


def section(name: str, title: str) -> str:
    """What stands under a heading of a document, up to the next of its kind."""
    text = Path(ROOT, "docs", name).read_text()
    return text.partition(f"## {title}\n")[2].partition("\n## ")[0]


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
