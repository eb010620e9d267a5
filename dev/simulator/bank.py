"""The customer's bank app: what it reads in a Pix code or a UPI link, and what it refuses.

https://www.bcb.gov.br/content/estabilidadefinanceira/pix/Regulamento_Pix/II_ManualdePadroesparaIniciacaodoPix.pdf
https://www.npci.org.in/what-we-do/upi/product-overview
"""

import binascii
from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qs, urlsplit

from dev.simulator.store import Json

RUPEE, REAL_NUMBER = "INR", "986"
CHECKSUM_LENGTH = 4


def read_pix(code: str) -> Json:
    """payee, key, amount (None for none) and reference of a Pix code; raises ValueError."""
    body, given = code[:-CHECKSUM_LENGTH], code[-CHECKSUM_LENGTH:]
    if f"{binascii.crc_hqx(body.encode(), 0xFFFF):04X}" != given.upper():
        raise ValueError("The bank does not know this Pix code: its checksum is wrong.")
    fields = _fields(body)
    account = _fields(fields.get("26", ""))
    if account.get("00", "").lower() != "br.gov.bcb.pix" or fields.get("53") != REAL_NUMBER:
        raise ValueError("This is not a Pix code in reais.")
    return {
        "payee": fields.get("59", ""),
        "key": account.get("01", account.get("25", "")),
        "amount": _minor(fields["54"]) if fields.get("54") else None,
        "reference": _fields(fields.get("62", "")).get("05", ""),
    }


def read_upi(link: str) -> Json:
    """payee, key (the UPI id), amount and reference of a UPI link; raises ValueError."""
    parts = urlsplit(link)
    values = {name: found[0] for name, found in parse_qs(parts.query).items()}
    if parts.scheme != "upi" or "@" not in values.get("pa", ""):
        raise ValueError("The UPI app does not open this link: it names no UPI id.")
    if values.get("cu", RUPEE) != RUPEE:
        raise ValueError("UPI pays rupees only.")
    return {
        "payee": values.get("pn", ""),
        "key": values["pa"],
        "amount": _minor(values["am"]) if values.get("am") else None,
        "reference": values.get("tr", ""),
    }


def read(parameters: Json) -> Json | None:
    """What a bank app would pay for an order, None where it has no part; raises ValueError."""
    for one in parameters.get("payment_settings", []):
        if one["type"] == "pix_dynamic_code":
            return _of_order(read_pix(one["pix_dynamic_code"]["code"]), parameters)
        if one["type"] == "upi_intent_link":
            return _of_order(read_upi(one["upi_intent_link"]["link"]), parameters)
    return None


def _of_order(found: Json, parameters: Json) -> Json:
    total = parameters["total_amount"]["value"]
    if found["amount"] not in {None, total}:
        raise ValueError(f"The code asks for {found['amount']}, the order for {total}.")
    return found


def _fields(text: str) -> dict[str, str]:
    """Pairs of a two-digit name, a two-digit length and a value."""
    found, place = {}, 0
    while place + 4 <= len(text):
        name, length = text[place : place + 2], text[place + 2 : place + 4]
        if not length.isdigit():
            raise ValueError("The bank cannot read this Pix code.")
        found[name] = text[place + 4 : place + 4 + int(length)]
        place += 4 + int(length)
    return found


def _minor(text: str) -> int:
    try:
        return int(Decimal(text) * 100)
    except InvalidOperation as problem:
        raise ValueError(f"The amount {text!r} is not a number.") from problem
