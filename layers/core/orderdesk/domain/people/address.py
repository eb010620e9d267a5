"""Where an order goes."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from unicodedata import decimal

if TYPE_CHECKING:
    from collections.abc import Mapping

INDIA: Final = "IN"


class AddressStatus(StrEnum):
    MISSING = "missing"
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"


class Problem(StrEnum):
    """What is wrong with a field of an address."""

    MISSING = "missing"
    WRONG = "wrong"
    NOT_SERVED = "not_served"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """As the customer gave it: by fields (Meta's address message) or as `text` in the chat.

    Field names follow Meta's address message:
    https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/address-messages/

    Of an address in `text`, `postal_code` and `phone_number` are what was found in it. `latitude`
    and `longitude` are decimal degrees of a place that was sent. `flaws` is what keeps it from
    being complete, as `with_problems` writes it.
    """

    name: str = ""
    phone_number: str = ""
    house_number: str = ""
    floor_number: str = ""
    tower_number: str = ""
    building_name: str = ""
    address: str = ""
    landmark_area: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    text: str = ""
    latitude: str = ""
    longitude: str = ""
    flaws: str = ""

    @property
    def status(self) -> AddressStatus:
        """Complete when a courier could find it: free text, or a street with a pin code or city."""
        if self.flaws:
            return AddressStatus.INCOMPLETE
        if self.text:
            return AddressStatus.COMPLETE
        street = self.address or self.building_name or self.house_number or self.landmark_area
        if street and (self.postal_code or self.city):
            return AddressStatus.COMPLETE
        given = any(getattr(self, each.name) for each in fields(self))
        return AddressStatus.INCOMPLETE if given else AddressStatus.MISSING

    @property
    def problems(self) -> Mapping[str, Problem]:
        """What was found wrong when it came in, by field."""
        pairs = (each.partition("=") for each in self.flaws.split())
        return {field: Problem(problem) for field, _, problem in pairs}

    @property
    def lines(self) -> tuple[str, ...]:
        """For a label or a screen, top to bottom, without empty lines."""
        if self.text:
            return tuple(line.strip() for line in self.text.splitlines() if line.strip())
        parts = (
            self.name,
            *self._street,
            self.landmark_area,
            " ".join(filter(None, (self.city, self.postal_code))),
            _joined(self.state, self.country),
            self.phone_number,
        )
        return tuple(part for part in parts if part)

    @property
    def _street(self) -> tuple[str, ...]:
        if not (self.floor_number or self.tower_number or self.building_name):
            return (_joined(self.house_number, self.address),)
        return (
            _joined(self.house_number, self.floor_number and f"floor {self.floor_number}"),
            _joined(self.tower_number and f"tower {self.tower_number}", self.building_name),
            self.address,
        )


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


# https://www.indiapost.gov.in: six digits, of which the first names one of eight regions.
INDIAN_PIN: Final = re.compile(r"[1-9]\d{5}")
PIN_IN_TEXT: Final = re.compile(r"(?<![\d+])[1-9]\d{5}(?!\d)|(?<![\d+])[1-9]\d{2} \d{3}(?![\d ])")
# Shorter ones in India are more often a house number beside a PIN.
INDIAN_PHONE_IN_TEXT: Final = re.compile(r"(?<!\d)\+?\d(?:[ ().-]{0,2}\d){9,14}(?!\d)")
PHONE_IN_TEXT: Final = re.compile(r"(?<!\d)\+?\d(?:[ ().-]{0,2}\d){7,14}(?!\d)")
PHONE_CHARACTERS: Final = re.compile(r"\+?[\d\s().-]+")
POSTAL_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{1,11}")
PHONE_DIGITS: Final = range(7, 16)  # E.164 has at most 15
INDIAN_DIGITS: Final = 10
NO_PROBLEMS: Final[Mapping[str, Problem]] = MappingProxyType({})


def tidy(address: Address, *, country: str) -> Address:
    """With a postal code that machines can compare, and with what is found in a written address.

    `country` is ISO 3166 alpha-2, of the shop: where the goods stay unless the address says other.
    """
    where = address.country or country
    code = " ".join(latin_digits(address.postal_code).split())
    written = latin_digits(address.text)
    phones = INDIAN_PHONE_IN_TEXT if where == INDIA else PHONE_IN_TEXT
    if written and not code and where == INDIA:
        found = PIN_IN_TEXT.findall(phones.sub(" ", written))
        code = found[-1] if found else ""
    if where == INDIA:
        code = code.replace(" ", "")
    phone = latin_digits(address.phone_number)
    if written and not phone:
        number = phones.search(written)
        phone = number.group() if number else ""
    return replace(address, postal_code=code, phone_number=phone)


def latin_digits(text: str) -> str:
    """Digits of any script as 0 to 9: many write 411001 as ४११००१."""
    return "".join(str(decimal(each)) if each.isdecimal() else each for each in text)


def problems_of(address: Address, *, country: str, phone_known: bool) -> Mapping[str, Problem]:
    """What a courier could not deliver with, by field; the address is `tidy`.

    India has rules, everywhere else is taken at its word. `phone_known` when the customer has a
    number that a courier can call; else the address has to bring one.
    """
    where = address.country or country
    found = {} if address.text else _missing(address, where)
    code = address.postal_code
    if code and not (INDIAN_PIN if where == INDIA else POSTAL_CODE).fullmatch(code):
        found["postal_code"] = Problem.WRONG
    phone = address.phone_number
    if phone and not _can_be_called(phone, where):
        found["phone_number"] = Problem.WRONG
    elif not phone and not phone_known:
        found["phone_number"] = Problem.MISSING
    return found


def with_problems(address: Address, problems: Mapping[str, Problem]) -> Address:
    """Kept as it was given, and incomplete for as long as there are any."""
    return replace(address, flaws=" ".join(f"{field}={each}" for field, each in problems.items()))


def _missing(address: Address, country: str) -> dict[str, Problem]:
    found = {}
    street = address.address or address.building_name or address.house_number
    if not (street or address.landmark_area):
        found["address"] = Problem.MISSING
    if country == INDIA:
        # A city alone leads no courier to a street, and Meta's form always asks for the code.
        if not address.postal_code and not address.city:
            found["postal_code"] = Problem.MISSING
    elif not (address.postal_code or address.city):
        found["city"] = Problem.MISSING
    return found


def _can_be_called(phone: str, country: str) -> bool:
    if not PHONE_CHARACTERS.fullmatch(phone.strip()):
        return False
    digits = re.sub(r"\D", "", phone)
    abroad = phone.strip().startswith("+") and not digits.startswith("91")
    if country != INDIA or abroad:
        return len(digits) in PHONE_DIGITS
    for prefix in ("91", "0"):
        if len(digits) > INDIAN_DIGITS:
            digits = digits.removeprefix(prefix)
    return len(digits) == INDIAN_DIGITS and not digits.startswith("0")
