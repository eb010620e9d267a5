"""Meta's rules for how an order is paid: `payment_settings` and `payment_type`.

https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-in/overview
https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-br/overview
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from dev.simulator.checks import invalid, length, missing, one_of, url
from dev.simulator.store import Json

CONFIGURATION_MAX = 60
RECEIPT_MAX, NOTES_MAX, UDF_MAX, BILLDESK_MAX, ZAAKPAY_MAX = 40, 15, 255, 120, 180
KEY_TYPES = ("CPF", "CNPJ", "EMAIL", "PHONE", "EVP")
TEXT_MAX = 255


def check_payment(parameters: Json) -> None:
    """Raise GraphError 100 or 131009 when a customer could not pay the order."""
    kind = parameters.get("payment_type")
    if kind is not None:
        one_of("parameters.payment_type", kind, ("upi", "br"))
    settings: Any = parameters.get("payment_settings", [])
    if not isinstance(settings, list):
        raise invalid("parameters.payment_settings", "must be a list")
    if kind == "upi" and not settings:
        length(
            "parameters.payment_configuration",
            parameters.get("payment_configuration"),
            CONFIGURATION_MAX,
        )
        return
    if not settings:
        raise missing("parameters['payment_settings']", "how the order is paid")
    if kind is None and len(settings) != 1:
        raise invalid("parameters.payment_settings", "must be one payment gateway")
    allowed = ALLOWED[kind or "gateway"]
    for one in settings:
        one_of("payment_settings.type", one.get("type"), tuple(allowed))
        content = one.get(one["type"])
        if not isinstance(content, dict):
            raise missing(f"payment_settings['{one['type']}']", "an object of that name")
        allowed[one["type"]](content)


def mode_of(parameters: Json) -> str:
    """How it is paid: payment_gateway, upi_intent_link, payment_link, pix_dynamic_code…"""
    settings = parameters.get("payment_settings") or [{"type": "upi_intent_link"}]
    return str(settings[0]["type"])


def configuration_of(parameters: Json) -> str:
    settings = parameters.get("payment_settings") or [{}]
    gateway = settings[0].get("payment_gateway", {})
    name = gateway.get("configuration_name") or parameters.get("payment_configuration", "")
    return str(name)


def _gateway(content: Json) -> None:
    one_of("payment_gateway.type", content.get("type"), tuple(EXTRAS))
    length(
        "payment_gateway.configuration_name", content.get("configuration_name"), CONFIGURATION_MAX
    )
    kind = content["type"]
    extras = content.get(kind, {})
    if not isinstance(extras, dict):
        raise invalid(f"payment_gateway.{kind}", "must be an object")
    EXTRAS[kind](extras)


def _razorpay(extras: Json) -> None:
    length("razorpay.receipt", extras.get("receipt", ""), RECEIPT_MAX, least=0)
    notes = extras.get("notes", {})
    if not isinstance(notes, dict) or len(notes) > NOTES_MAX:
        raise invalid("razorpay.notes", f"an object of at most {NOTES_MAX} keys")
    for name, value in notes.items():
        length(f"razorpay.notes.{name}", value, TEXT_MAX, least=0)


def _named(kind: str, names: tuple[str, ...], most: int) -> Callable[[Json], None]:
    def check(extras: Json) -> None:
        for name, value in extras.items():
            one_of(f"{kind} field", name, names)
            length(f"{kind}.{name}", value, most, least=0)

    return check


EXTRAS: dict[str, Callable[[Json], None]] = {
    "razorpay": _razorpay,
    "payu": _named("payu", ("udf1", "udf2", "udf3", "udf4"), UDF_MAX),
    "billdesk": _named("billdesk", tuple(f"additional_info{n}" for n in range(1, 8)), BILLDESK_MAX),
    "zaakpay": _named("zaakpay", ("extra1", "extra2"), ZAAKPAY_MAX),
}


def _upi(content: Json) -> None:
    link = str(content.get("link", ""))
    parts = urlsplit(link)
    if parts.scheme != "upi" or parts.netloc != "pay":
        raise invalid("upi_intent_link.link", "must begin with upi://pay?")
    query = parse_qs(parts.query)
    for name in ("pa", "tr"):
        if not query.get(name):
            raise invalid("upi_intent_link.link", f"has no {name}=")


def _link(content: Json) -> None:
    url("payment_link.uri", content.get("uri"))


def _pix(content: Json) -> None:
    for name in ("code", "merchant_name", "key"):
        length(f"pix_dynamic_code.{name}", content.get(name), 512)
    one_of("pix_dynamic_code.key_type", content.get("key_type"), KEY_TYPES)


def _boleto(content: Json) -> None:
    line = "".join(one for one in str(content.get("digitable_line", "")) if one.isdigit())
    if len(line) not in {47, 48}:
        raise invalid("boleto.digitable_line", "must have 47 or 48 digits")


def _card(content: Json) -> None:
    for name in ("last_four_digits", "credential_id"):
        length(f"offsite_card_pay.{name}", content.get(name), TEXT_MAX)


ALLOWED: dict[str, dict[str, Callable[[Json], None]]] = {
    "gateway": {"payment_gateway": _gateway},
    "upi": {"upi_intent_link": _upi, "payment_link": _link},
    "br": {
        "pix_dynamic_code": _pix,
        "payment_link": _link,
        "boleto": _boleto,
        "offsite_card_pay": _card,
    },
}
