"""Templates leave out what is empty, and never read what people wrote as a template."""

import pytest

from orderdesk.usecases.language.fill import fill, variables_of

VALUES = {"number": "#1001", "carrier": "", "address": "", "lines": "1 × Chai\n2 × Tea"}


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("Your order {number} is confirmed.", "Your order #1001 is confirmed."),
        ("Confirmed.\nIt goes to: {address}\nThank you!", "Confirmed.\nThank you!"),
        ("Confirmed.\n\n{address}\n\nThank you!", "Confirmed.\n\nThank you!"),
        ("On its way with {carrier}, number {number}", "On its way with, number #1001"),
        ("{carrier} {number} is there", "#1001 is there"),
        ("{lines}\nTotal", "1 × Chai\n2 × Tea\nTotal"),
        ("{address}", ""),
        ("No variable, two  spaces", "No variable, two spaces"),
    ],
)
def test_a_line_is_left_out_when_all_its_variables_are_empty(template: str, filled: str) -> None:
    assert fill(template, VALUES.__getitem__) == filled


def test_a_customer_named_like_a_variable_is_only_a_name() -> None:
    assert fill("Thank you, {name}!", {"name": "{total}"}.__getitem__) == "Thank you, {total}!"


def test_variables_are_found_once_each_in_their_order() -> None:
    assert variables_of("{b} {a} {b} {Not} {1} {}") == ("b", "a")
