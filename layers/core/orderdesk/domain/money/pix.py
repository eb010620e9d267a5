"""Pix codes, which a Brazilian bank's app pays when they are pasted or scanned.

A static code with amount and reference: the shop's bank tells the shop of the payment, not us.

https://www.bcb.gov.br/content/estabilidadefinanceira/pix/Regulamento_Pix/II_ManualdePadroesparaIniciacaodoPix.pdf
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid

if TYPE_CHECKING:
    from orderdesk.domain.money.money import Money

REAL: Final = "BRL"
REAL_NUMBER: Final = "986"
NAME_MAX: Final = 25
CITY_MAX: Final = 15
REFERENCE_MAX: Final = 25
NO_REFERENCE: Final = "***"


def pix_code(key: str, name: str, city: str, amount: Money, *, reference: str) -> str:
    """Raises Invalid for other currencies, and without a name and a city, which Pix asks for."""
    if amount.currency != REAL:
        raise Invalid(f"Pix pays reais, not {amount.currency}.", field="currency")
    if not (key.strip() and name.strip() and city.strip()):
        raise Invalid("Pix needs the key, the payee's name and the city.", field="transfer")
    txid = re.sub(r"[^A-Za-z0-9]", "", reference)[:REFERENCE_MAX] or NO_REFERENCE
    account = _field("00", "br.gov.bcb.pix") + _field("01", key.strip())
    text = "".join(
        (
            _field("00", "01"),
            _field("26", account),
            _field("52", "0000"),
            _field("53", REAL_NUMBER),
            _field("54", f"{amount.major:.2f}") if amount.minor else "",
            _field("58", "BR"),
            _field("59", _plain(name)[:NAME_MAX].strip()),
            _field("60", _plain(city)[:CITY_MAX].strip()),
            _field("62", _field("05", txid)),
            "6304",
        )
    )
    return f"{text}{_checksum(text.encode()):04X}"


def _field(identifier: str, value: str) -> str:
    return f"{identifier}{len(value):02d}{value}"


def _plain(text: str) -> str:
    """Without accents: banks' apps read ASCII for sure."""
    decomposed = unicodedata.normalize("NFKD", text.strip())
    return decomposed.encode("ascii", "ignore").decode()


def _checksum(data: bytes) -> int:
    """CRC-16/CCITT-FALSE."""
    value = 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = ((value << 1) ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return value
