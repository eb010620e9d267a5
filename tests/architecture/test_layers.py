"""Dependencies point inwards: adapters and handlers know the domain, never the other way round."""

import ast
import sys
from pathlib import Path

import pytest

from orderdesk.usecases import ports
from tests.architecture.sources import CORE, FUNCTIONS, WEB, imports_of, name_of, python_files


@pytest.mark.parametrize("path", python_files(CORE / "domain"), ids=name_of)
def test_the_domain_imports_the_standard_library_only(path: Path) -> None:
    foreign = {
        name
        for name in imports_of(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not name.startswith("orderdesk.domain")
    }

    assert not foreign


@pytest.mark.parametrize("path", python_files(CORE / "usecases"), ids=name_of)
def test_use_cases_know_ports_and_not_adapters(path: Path) -> None:
    foreign = {
        name
        for name in imports_of(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not name.startswith(("orderdesk.domain", "orderdesk.usecases"))
    }

    assert not foreign


@pytest.mark.parametrize("path", python_files(CORE), ids=name_of)
def test_the_core_knows_neither_the_dashboard_nor_the_functions(path: Path) -> None:
    assert not {
        name
        for name in imports_of(path)
        if name.split(".")[0] in {"dashboard", "functions", "dev", "tests", "bench"}
    }


@pytest.mark.parametrize("path", python_files(CORE, WEB, FUNCTIONS), ids=name_of)
def test_nothing_that_is_deployed_uses_boto3_or_the_tracer(path: Path) -> None:
    slow = {
        name
        for name in imports_of(path)
        if name.split(".")[0] in {"boto3", "aws_xray_sdk"}
        or name.startswith("aws_lambda_powertools.tracing")
    }

    assert not slow, "use orderdesk.adapters.aws.client; docs/decisions says why"


@pytest.mark.parametrize("path", python_files(CORE, WEB), ids=name_of)
def test_a_module_has_at_most_300_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


def test_every_port_is_found_where_the_types_say_it_is() -> None:
    told = {
        (alias.name, (node.module or "").rpartition(".")[2])
        for node in ast.walk(ast.parse(Path(ports.__file__).read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(ports.__name__)
        for alias in node.names
    }

    assert told == set(ports.HOME.items())
    assert all(getattr(ports, name).__name__ == name for name in ports.HOME)
