"""Who `to` and `recipient` of a send mean, by Meta's rules for numbers and user ids."""

import re

from dev.simulator.config import Settings
from dev.simulator.errors import VALUE_INVALID, WRONG_USER_ID, GraphError
from dev.simulator.model import Customer
from dev.simulator.store import Json
from dev.simulator.world import World, new_user_id

USER_ID = re.compile(r"([A-Z]{2})\.(ENT\.)?[A-Za-z0-9]{1,128}")
DIGITS_LEAST, DIGITS_MOST = 7, 15
#: Country codes long enough for the demo: what Meta puts before a number without a plus.
COUNTRY_CODES = {"1": "US", "44": "GB", "49": "DE", "52": "MX", "55": "BR", "91": "IN", "971": "AE"}


def find_recipient(settings: Settings, world: World, body: Json) -> tuple[Customer, Json]:
    """Return the customer a send means and its `contacts[]` entry of the answer.

    `to` wins when both are given. A stranger becomes a new customer, so that an application that
    knows more people than this simulator can be watched too.
    """
    if body.get("to"):
        typed = str(body["to"])
        digits, had_plus = _full_number(settings, typed)
        known = world.customer_by_phone(digits)
        customer = known or _stranger_by_phone(world, digits, reachable=had_plus)
        return customer, {"input": typed, "wa_id": digits}
    user_id = str(body["recipient"])
    match = USER_ID.fullmatch(user_id)
    if not match:
        raise GraphError(WRONG_USER_ID, f"recipient {user_id!r} is not a business-scoped user id")
    customer = world.customer_by_user_id(user_id) or _stranger_by_user_id(world, user_id, match[1])
    return customer, {"input": user_id, "user_id": user_id}


def country_code(digits: str) -> str:
    """Return the calling code that a number begins with, the longest that is known."""
    fitting = [code for code in COUNTRY_CODES if digits.startswith(code)]
    return max(fitting, key=len, default=digits[:2])


def _full_number(settings: Settings, typed: str) -> tuple[str, bool]:
    digits = re.sub(r"[\s().-]", "", typed)
    plus, digits = digits.startswith("+"), digits.removeprefix("+")
    if not digits.isdigit():
        raise GraphError(VALUE_INVALID, f"to: {typed!r} is not a phone number")
    if not plus:
        # Without a plus Meta reads a national number of the *business's* own country.
        digits = country_code(settings.display_phone_number) + digits
    if not DIGITS_LEAST <= len(digits) <= DIGITS_MOST:
        hint = "" if plus else "; `to` has no +, so the shop's country code was put before it"
        raise GraphError(VALUE_INVALID, f"to: +{digits} is not a phone number{hint}")
    return digits, plus


def _stranger_by_phone(world: World, digits: str, *, reachable: bool) -> Customer:
    no_plus = "Nobody has this number: `to` had no +, so the shop's country code was put before it"
    country = COUNTRY_CODES.get(country_code(digits), "US")
    return world.save_customer(
        Customer(
            id=digits,
            name=f"+{digits}",
            phone=digits,
            country=country,
            user_id=new_user_id(country),
            address_form=country == "IN",
            unreachable=not reachable,
            note="Written to by the shop first" if reachable else no_plus,
        )
    )


def _stranger_by_user_id(world: World, user_id: str, country: str) -> Customer:
    return world.save_customer(
        Customer(
            id=user_id.lower().replace(".", "-"),
            name=user_id,
            country=country,
            user_id=user_id,
            address_form=country == "IN",
            note="Written to by the shop first",
        )
    )
