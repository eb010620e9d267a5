"""What a customer reads about their address, in the chat and at the fields of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.address import INDIA, Problem
from orderdesk.usecases.words import FILL_FORM, WRITE_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.domain.address import Address

USE_THIS: Final = "Use this address"
ANOTHER: Final = "Another address"
CHOOSE: Final = "Choose address"
GIVE: Final = "Give address"
THIS_ONE: Final = "Shall we deliver it to this address?"
WHICH_ONE: Final = "Where should we deliver it?"
FILL_IN: Final = FILL_FORM
SEND_PLACE: Final = (
    "Where should we deliver it? Send us your location, or reply with your address in one message: "
    "name, house and street, area and city."
)
WRITE_WITH_CODE: Final = (
    "Where should we deliver it? Please reply with your full address in one message: "
    "name, house and street, city and postal code."
)
AND_PHONE: Final = "Please add a phone number for the courier."
TRY_AGAIN: Final = "That address does not work yet:"

# (field, problem) → in India, elsewhere.
SAID: Final[Mapping[tuple[str, Problem], tuple[str, str]]] = {
    ("address", Problem.MISSING): (
        "Please give the house and street.",
        "Please give the house and street.",
    ),
    ("city", Problem.MISSING): ("Please give the city.", "Please give the city or town."),
    ("postal_code", Problem.MISSING): (
        "Please give the PIN code.",
        "Please give the postal code.",
    ),
    ("postal_code", Problem.WRONG): (
        "A PIN code has six digits, like 411001.",
        "This postal code cannot be right.",
    ),
    ("postal_code", Problem.NOT_SERVED): (
        "Sorry, we do not deliver to this PIN code.",
        "Sorry, we do not deliver to this postal code.",
    ),
    ("phone_number", Problem.MISSING): (
        "Please give a phone number for the courier.",
        "Please give a phone number for the courier.",
    ),
    ("phone_number", Problem.WRONG): (
        "A phone number has ten digits.",
        "This phone number cannot be right.",
    ),
}


def write(*, country: str, with_phone: bool) -> str:
    """The request to write the address; `with_phone` when no number is known."""
    asked = WRITE_ADDRESS if country == INDIA else WRITE_WITH_CODE
    return f"{asked} {AND_PHONE}" if with_phone else asked


def at_fields(problems: Mapping[str, Problem], *, country: str) -> dict[str, str]:
    """What is wrong, by field."""
    column = 0 if country == INDIA else 1
    return {field: SAID[field, problem][column] for field, problem in problems.items()}


def in_words(address: Address, *, country: str) -> str:
    """What is wrong, for the chat; names the code that is not delivered to."""
    said = at_fields(address.problems, country=address.country or country)
    if address.problems.get("postal_code") is Problem.NOT_SERVED and address.postal_code:
        said["postal_code"] = said["postal_code"].replace(".", f": {address.postal_code}.")
    return "\n".join((TRY_AGAIN, *said.values()))


# Field → label; the label of a Flow's input has at most 20 characters.
LABELS: Final[Mapping[str, str]] = {
    "name": "Name",
    "phone_number": "Phone number",
    "postal_code": "Postal code",
    "house_number": "Flat or house number",
    "address": "Street and area",
    "landmark_area": "Landmark",
    "city": "City",
    "state": "State",
}


def labels(*, country: str) -> dict[str, str]:
    return {**LABELS, "postal_code": "PIN code"} if country == INDIA else dict(LABELS)


def flow_screen(known: Address, errors: Mapping[str, str], *, country: str) -> dict[str, object]:
    """The data of the only screen of whatsapp/flows/address.json."""
    data: dict[str, object] = {"hint": errors_in_one(errors) or DELIVER_TO, "save": SAVE}
    for field, label in labels(country=country).items():
        data[f"{field}_label"] = label
        data[field] = getattr(known, field)
        data[f"{field}_error"] = errors.get(field, "")
    if known.text and not known.address:
        data["address"] = ", ".join(known.lines)
    return data


def errors_in_one(errors: Mapping[str, str]) -> str:
    return " ".join(errors.values())


DELIVER_TO: Final = "Where should we deliver your order?"
SAVE: Final = "Deliver here"


def stays(number: str, address: str) -> str:
    """The address before counts on, while another was refused."""
    return f"Order {number} still goes to: {address}"
