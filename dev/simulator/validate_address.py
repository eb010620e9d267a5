"""Meta's rules for India's address message.

https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/address-messages
"""

import re
from typing import Any

from dev.simulator.checks import invalid, length, missing, named, only
from dev.simulator.store import Json

FIELDS = (
    "name",
    "phone_number",
    "in_pin_code",
    "house_number",
    "floor_number",
    "tower_number",
    "building_name",
    "address",
    "landmark_area",
    "city",
    "state",
)
PIN_MAX = 6
PHONE = re.compile(r"\+?\d{7,15}")
VALUE_MAX = 256


def check_address(action: Json) -> None:
    """Raise GraphError 100 or 131009, naming the parameter that is wrong."""
    named(action, "address_message")
    parameters = action.get("parameters")
    if not isinstance(parameters, dict) or not parameters.get("country"):
        raise missing("parameters['country']", "an ISO country code")
    if parameters["country"] != "IN":
        raise invalid(
            "parameters.country", f"{parameters['country']!r} is not supported, only 'IN'"
        )
    only("parameters", parameters, ("country", "values", "saved_addresses", "validation_errors"))
    if "values" in parameters:
        check_values("parameters.values", parameters["values"], complete=False)
    saved = parameters.get("saved_addresses", [])
    if not isinstance(saved, list):
        raise invalid("parameters.saved_addresses", "must be a list")
    for number, one in enumerate(saved):
        place = f"parameters.saved_addresses[{number}]"
        length(f"{place}.id", one.get("id"), VALUE_MAX)
        check_values(f"{place}.value", one.get("value"), complete=True)
    errors = parameters.get("validation_errors", {})
    only("parameters.validation_errors", errors, FIELDS)
    for name, words in errors.items():
        length(f"parameters.validation_errors.{name}", words, VALUE_MAX)


def check_values(place: str, values: Any, *, complete: bool) -> None:
    """The values of a form; a saved address must hold something."""
    if not isinstance(values, dict) or (complete and not values):
        raise invalid(place, "must be an object of the form's fields")
    only(place, values, FIELDS)
    for name, value in values.items():
        most = PIN_MAX if name == "in_pin_code" else VALUE_MAX
        length(f"{place}.{name}", value, most, least=0)
    phone = re.sub(r"[\s-]", "", values.get("phone_number", ""))
    if phone and not PHONE.fullmatch(phone):
        raise invalid(f"{place}.phone_number", f"{phone!r} is not a phone number")
