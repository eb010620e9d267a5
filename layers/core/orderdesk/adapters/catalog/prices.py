"""Prices as Meta spells them for people: `₹1,23,456.00`, `€49,90`, `Rp460.000`, `R$ 1.299,90`.

Meta's catalog answers prices as text, in the spelling of somebody's country. A text that can be
read as two amounts, or as one in a currency other than the product's, is no price.
https://developers.facebook.com/docs/marketing-api/reference/product-item/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.money import CODE_LENGTH, Money, exponent_of

LONGEST: Final = 40
THOUSANDTHS: Final = 3

# Which currencies a sign may stand for; with one it names the currency by itself.
SIGNS: Final = {
    "₹": ("INR",),
    "RS": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "RS.": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "€": ("EUR",),
    "£": ("GBP", "EGP"),
    "¥": ("JPY", "CNY"),
    "JP¥": ("JPY",),
    "CN¥": ("CNY",),
    "RP": ("IDR",),
    "RP.": ("IDR",),
    "R$": ("BRL",),
    "$": ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "TWD", "UYU"),
    "US$": ("USD",),
    "A$": ("AUD",),
    "AU$": ("AUD",),
    "C$": ("CAD",),
    "CA$": ("CAD",),
    "NZ$": ("NZD",),
    "S$": ("SGD",),
    "HK$": ("HKD",),
    "MX$": ("MXN",),
    "NT$": ("TWD",),
    "₩": ("KRW",),
    "₫": ("VND",),
    "₱": ("PHP",),
    "฿": ("THB",),
    "₦": ("NGN",),
    "₺": ("TRY",),
    "₪": ("ILS",),
    "₽": ("RUB",),
    "₴": ("UAH",),
    "₲": ("PYG",),
    "₵": ("GHS",),
    "GH₵": ("GHS",),
    "৳": ("BDT",),
    "RM": ("MYR",),
    "R": ("ZAR",),
    "KSH": ("KES",),
    "S/": ("PEN",),
    "ZŁ": ("PLN",),
}
# Where people write amounts with a decimal point only; elsewhere point and comma are both seen.
POINT_ONLY: Final = frozenset(
    {"INR", "USD", "GBP", "AUD", "CAD", "NZD", "SGD", "HKD", "JPY", "CNY", "KRW", "TWD", "THB"}
    | {"PHP", "MYR", "MXN", "ILS", "PKR", "LKR", "NPR", "BDT", "NGN", "KES", "GHS", "UGX", "TZS"}
    | {"ZMW", "AED", "SAR", "QAR", "EGP", "KWD", "BHD", "OMR", "JOD", "MUR", "PEN"}
)
# Digits in groups of two above the thousands: 1,23,456.
LAKHS: Final = frozenset({"INR", "PKR", "LKR", "NPR", "BDT"})

SPACES: Final = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009\u2007", " "))
MARKS: Final = str.maketrans("", "", "\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2069\u200b")
SPELLED: Final = re.compile(r"(\D*?) ?([0-9](?:[0-9.,'’ ]*[0-9])?) ?(\D*)")


@dataclass(frozen=True, slots=True)
class Style:
    """How a number is written: what stands before its decimals, and between its groups."""

    decimal: str
    groups: str


POINT: Final = Style(".", ",'’ ")
COMMA: Final = Style(",", ".'’ ")


def price_of(text: str, currency: str = "") -> Money | None:
    """The amount that `text` says, with its currency or that of the product; None when there is
    any doubt. `currency` is empty when only the text names one.
    """
    said = text.translate(MARKS).translate(SPACES).strip()
    found = SPELLED.fullmatch(said) if len(said) <= LONGEST else None
    if found is None:
        return None
    before, number, after = found.groups()
    code = _currency(before.strip(), after.strip(), currency.strip().upper())
    amount = _amount(number, code) if code else None
    if amount is None:
        return None
    try:
        return Money.of_major(amount, code)
    except Invalid:
        return None


def _currency(before: str, after: str, expected: str) -> str:
    """The one currency that everything said about it allows; empty when there is none or several,
    and for anything but a currency beside the number, such as a minus.
    """
    allowed = {expected} if expected else set()
    for said in filter(None, (before.upper(), after.upper())):
        meant = set(SIGNS.get(said, ())) or ({said} if _is_code(said) else set())
        allowed = allowed & meant if allowed else meant
        if not allowed:
            return ""
    return allowed.pop() if len(allowed) == 1 else ""


def _is_code(text: str) -> bool:
    return len(text) == CODE_LENGTH and text.isascii() and text.isalpha()


def _amount(number: str, currency: str) -> Decimal | None:
    """Read in every style that is usual for the currency: only one reading is an answer."""
    both = "." in number and "," in number
    styles = (POINT,) if currency in POINT_ONLY and not both else (POINT, COMMA)
    read = {_read(number, style, currency) for style in styles} - {None}
    return read.pop() if len(read) == 1 else None


def _read(number: str, style: Style, currency: str) -> Decimal | None:
    whole, point, decimals = number.partition(style.decimal)
    exponent = exponent_of(currency)
    # Three digits would be thousands as well as thousandths, were those ever left out.
    if exponent == THOUSANDTHS and not point:
        return None
    # What has no smaller coin may still be written with zeros: ¥1,200.00.
    written = len(decimals) == exponent or (exponent == 0 and decimals in {"0", "00"})
    if point and not (decimals.isdigit() and written):
        return None
    digits = _ungrouped(whole, style, currency)
    return Decimal(f"{digits}.{decimals or '0'}") if digits else None


def _ungrouped(whole: str, style: Style, currency: str) -> str:
    """The digits; empty when they are not grouped as a number is."""
    separators = {each for each in whole if not each.isdigit()}
    if len(separators) > 1 or not separators <= set(style.groups):
        return ""
    first, *rest = whole.split(separators.pop()) if separators else [whole]
    if not first or (first[0] == "0" and (rest or len(first) > 1)):
        return ""
    sizes = [len(each) for each in rest]
    thousands = len(first) <= 3 and all(each == 3 for each in sizes)  # noqa: PLR2004 - digits
    lakhs = len(first) <= 2 and sizes[-1:] == [3] and all(each == 2 for each in sizes[:-1])  # noqa: PLR2004
    if rest and not thousands and not (currency in LAKHS and lakhs):
        return ""
    return first + "".join(rest)
