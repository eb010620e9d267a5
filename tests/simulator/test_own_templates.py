"""The application's own templates, held to the simulator's reading of Meta's rules."""

from itertools import product

import pytest

from dev.simulator.template_rules import check_definition
from dev.simulator.templates_sent import check_template, shown_parts
from orderdesk.usecases.language.approved import TEMPLATED, definition, template_variables
from orderdesk.usecases.language.words import LANGUAGES, Words
from tests.builders import a_store


@pytest.mark.parametrize(("language", "name"), list(product(LANGUAGES, TEMPLATED)))
def test_a_template_of_ours_is_one_that_meta_takes(language: str, name: str) -> None:
    check_definition(definition(Words(a_store(), language), name, f"our_{name}"))


@pytest.mark.parametrize(("language", "name"), list(product(LANGUAGES, TEMPLATED)))
def test_a_template_of_ours_is_filled_by_the_variables_that_we_send(
    language: str, name: str
) -> None:
    made = definition(Words(a_store(), language), name, f"our_{name}") | {"status": "APPROVED"}
    parameters = [
        {"type": "text", "parameter_name": each, "text": "x"} for each in template_variables(name)
    ]
    body = {"type": "body", "parameters": parameters}
    sent = {"name": made["name"], "language": {"code": language}, "components": [body]}

    assert check_template([made], sent, strict=True) == made
    assert "{{" not in shown_parts(made, sent)["body"]
