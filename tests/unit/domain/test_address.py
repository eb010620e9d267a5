"""An address as a courier reads it, and what a courier could not deliver with."""

from typing import Any

import pytest

from orderdesk.domain.people.address import (
    Address,
    AddressStatus,
    Problem,
    problems_of,
    tidy,
    with_problems,
)
from tests.builders import an_address


def test_the_house_number_stands_before_its_street() -> None:
    assert an_address().lines == ("Priya", "14, MG Road", "Pune 411001", "IN")


def test_a_flat_in_a_tower_has_lines_of_its_own() -> None:
    flat = an_address(floor_number="3", tower_number="B", building_name="Lake View")

    assert flat.lines == (
        "Priya",
        "14, floor 3",
        "tower B, Lake View",
        "MG Road",
        "Pune 411001",
        "IN",
    )


def test_a_written_address_keeps_the_lines_of_its_writer() -> None:
    assert an_address(text="21 Clifton Hill \n\n Bristol").lines == ("21 Clifton Hill", "Bristol")


def problems(country: str = "IN", *, phone_known: bool = True, **fields: Any) -> dict[str, Problem]:
    address = tidy(Address(**fields), country=country)
    return dict(problems_of(address, country=country, phone_known=phone_known))


STREET: dict[str, Any] = {"address": "MG Road", "city": "Pune"}


@pytest.mark.parametrize("code", ["411001", "411 001", " 110001 ", "999999", "४११००१"])
def test_an_indian_pin_has_six_digits(code: str) -> None:
    assert not problems(**STREET, postal_code=code)


@pytest.mark.parametrize("code", ["011001", "41100", "4110011", "four", "41-1001", "4110a1"])
def test_what_is_no_indian_pin_is_said_at_its_field(code: str) -> None:
    assert problems(**STREET, postal_code=code) == {"postal_code": Problem.WRONG}


@pytest.mark.parametrize(
    "phone", ["9876543210", "+919876543210", "09876543210", "91 98765 43210", "+44 7700 900142"]
)
def test_a_courier_can_call_this_number(phone: str) -> None:
    assert not problems(**STREET, postal_code="411001", phone_number=phone)


@pytest.mark.parametrize("phone", ["98765", "98765432101", "0123456789", "call me", "+1"])
def test_a_courier_cannot_call_that_number(phone: str) -> None:
    wrong = problems(**STREET, postal_code="411001", phone_number=phone)

    assert wrong == {"phone_number": Problem.WRONG}


def test_who_has_no_number_has_to_give_one_with_the_address() -> None:
    without = problems(**STREET, postal_code="411001", phone_known=False)

    assert without == {"phone_number": Problem.MISSING}
    assert not problems(
        **STREET, postal_code="411001", phone_number="9876543210", phone_known=False
    )


def test_street_and_place_are_both_needed() -> None:
    assert problems(city="Pune") == {"address": Problem.MISSING}
    assert problems(address="MG Road") == {"postal_code": Problem.MISSING}
    assert problems("GB", address="Clifton Hill") == {"city": Problem.MISSING}


@pytest.mark.parametrize(
    ("country", "code"), [("GB", "BS8 1BN"), ("US", "94105-1420"), ("BR", "01310-100"), ("AE", "")]
)
def test_other_countries_are_taken_at_their_word(country: str, code: str) -> None:
    assert not problems(country, address="Main road 1", city="Town", postal_code=code)


def test_an_address_abroad_follows_the_rules_of_its_country() -> None:
    abroad = Address(address="Clifton Hill 21", postal_code="BS8 1BN", country="GB")

    assert not problems_of(tidy(abroad, country="IN"), country="IN", phone_known=True)


@pytest.mark.parametrize(
    ("text", "code", "phone"),
    [
        ("14 MG Road, Pune 411001", "411001", ""),
        ("14 MG Road, Pune - 411 001, call 98765 43210", "411001", "98765 43210"),
        ("Flat 411002, MG Road, Pune 411001", "411001", ""),
        ("14 MG Road, Pune. 9876543210", "", "9876543210"),
        ("Block 14 411001 Pune 9876543210", "411001", "9876543210"),
        ("Plot 12, near the lake", "", ""),
    ],
)
def test_pin_and_phone_are_found_in_what_is_written(text: str, code: str, phone: str) -> None:
    found = tidy(Address(text=text), country="IN")

    assert (found.postal_code, found.phone_number) == (code, phone)
    assert found.text == text


def test_an_address_with_a_problem_is_incomplete_and_says_which() -> None:
    flawed = with_problems(an_address(), {"postal_code": Problem.NOT_SERVED})

    assert flawed.status is AddressStatus.INCOMPLETE
    assert flawed.problems == {"postal_code": Problem.NOT_SERVED}
    assert flawed.lines == an_address().lines
    assert with_problems(flawed, {}) == an_address()
