"""How a shop is paid beside cash: inside WhatsApp, and by transfer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from orderdesk.domain.errors import Invalid

UPI_ID: Final = re.compile(r"[A-Za-z0-9.\-_]{2,256}@[A-Za-z][A-Za-z0-9]{2,64}")
MOST_INSTRUCTIONS: Final = 600  # has to fit into one message, with the order's own words


class Provider(StrEnum):
    """Who takes the money and tells us of it; a transfer has none."""

    RAZORPAY = "razorpay"
    STRIPE = "stripe"
    WHATSAPP = "whatsapp"


class WhatsappGateway(StrEnum):
    """How an order is paid inside WhatsApp. Of the first two Meta tells us; the gateway of the shop
    tells of a payment link; UPI and Pix codes are confirmed by people.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-in/pg
    https://developers.facebook.com/documentation/business-messaging/whatsapp/payments/payments-br/orders
    """

    RAZORPAY = "razorpay"
    PAYU = "payu"
    PAYMENT_LINK = "payment_link"
    UPI_INTENT = "upi_intent"
    PIX = "pix"


# What is paid inside WhatsApp is paid in the country's own money.
RUPEES: Final = frozenset({"INR"})
PAID_IN: Final = {
    WhatsappGateway.PIX: frozenset({"BRL"}),
    WhatsappGateway.PAYMENT_LINK: frozenset({"INR", "BRL"}),
}
TOLD_BY_META: Final = frozenset({WhatsappGateway.RAZORPAY, WhatsappGateway.PAYU})


class PixKeyType(StrEnum):
    CPF = "CPF"
    CNPJ = "CNPJ"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    EVP = "EVP"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsappPay:
    """`configuration_name` is the payment configuration in WhatsApp Manager. What is sold without
    a catalog needs the three of the importer, by Indian law.
    """

    gateway: WhatsappGateway = WhatsappGateway.RAZORPAY
    configuration_name: str = ""
    catalog_id: str = ""
    country_of_origin: str = "India"
    importer_name: str = ""
    importer_address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Where customers send money by themselves: words of the shop (bank, account, branch), a UPI id
    or a Pix key. `payee` is the account's name, `city` that of the shop, which Pix asks for.
    """

    instructions: str = ""
    payee: str = ""
    city: str = ""
    upi_id: str = ""
    pix_key: str = ""
    pix_key_type: PixKeyType = PixKeyType.EVP

    def __post_init__(self) -> None:
        if len(self.instructions) > MOST_INSTRUCTIONS:
            raise Invalid(
                f"Instructions have at most {MOST_INSTRUCTIONS} characters.",
                field="transfer.instructions",
            )
        if self.upi_id and not UPI_ID.fullmatch(self.upi_id):
            raise Invalid("A UPI id is like shop@bank.", field="transfer.upi_id")

    @property
    def is_there(self) -> bool:
        return bool(self.instructions.strip() or self.upi_id or self.pix_key)
