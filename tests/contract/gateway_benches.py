"""Each payment gateway on a bench: the adapter, and somebody who pays at the other end.

The adapters talk over real sockets to the simulator, which answers as the gateways do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from orderdesk.adapters.memory import MemoryPaymentGateway
from orderdesk.adapters.payments.links import PaymentLinkGateway
from orderdesk.adapters.payments.stripe import StripeCheckout
from orderdesk.adapters.whatsapp.outbound import GraphMessenger
from orderdesk.adapters.whatsapp.payments import WhatsappPayments
from orderdesk.domain.money.ledger import Entry, EntryKind, PaymentMethod
from orderdesk.domain.money.paying import WhatsappPay
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.language.words import Words
from orderdesk.usecases.payments.order_details import order_details
from orderdesk.usecases.ports import Recipient
from tests.builders import a_store, an_order
from tests.integration.simulating import ACCESS_TOKEN, PAYMENT_KEY, STRIPE_KEY

if TYPE_CHECKING:
    from orderdesk.usecases.ports import PaymentGateway, PaymentLink
    from tests.integration.simulating import Simulator

NOWHERE = "http://127.0.0.1:9"
PHONE_NUMBER, CONFIGURATION = "106540352242922", "the_configuration"
ACCOUNT = f"{PHONE_NUMBER}:{CONFIGURATION}"
ASHA = "919800012345"
WORDS = Words(a_store(policy=Policy(whatsapp_pay=WhatsappPay(configuration_name=CONFIGURATION))))


def clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Traits:
    """What a gateway is known not to do."""

    takes_requests_back: bool = True
    knows_references: bool = True
    keeps_references: bool = True
    keeps_notes: bool = True


class Bench(Protocol):
    """`gateway`, the customer who pays at it, and the same gateway when it is `out_of_reach`."""

    gateway: PaymentGateway
    out_of_reach: PaymentGateway
    traits: Traits

    def ask(self, link: PaymentLink) -> None:
        """The customer gets the request, where it is one that has to be sent."""

    def pay(self, link: PaymentLink) -> None: ...
    def decline(self, link: PaymentLink) -> None: ...
    def expire(self, link: PaymentLink) -> None: ...


class MemoryBench:
    def __init__(self, provider: str) -> None:
        self.memory = MemoryPaymentGateway(provider)
        self.gateway: PaymentGateway = self.memory
        down = MemoryPaymentGateway(provider)
        down.is_down = True
        self.out_of_reach: PaymentGateway = down
        native = provider == "whatsapp"
        self.traits = Traits(takes_requests_back=not native)

    def ask(self, link: PaymentLink) -> None: ...

    def pay(self, link: PaymentLink) -> None:
        self.memory.pay(link.provider_id, link.amount, at=clock())

    def decline(self, link: PaymentLink) -> None: ...

    def expire(self, link: PaymentLink) -> None:
        self.memory.links[link.provider_id] = replace(link, status="expired")


class RazorpayBench:
    traits = Traits()

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        url = simulator.payments_url
        self.gateway: PaymentGateway = PaymentLinkGateway(url, lambda: PAYMENT_KEY)
        self.out_of_reach: PaymentGateway = PaymentLinkGateway(NOWHERE, lambda: PAYMENT_KEY)

    def ask(self, link: PaymentLink) -> None: ...

    def pay(self, link: PaymentLink) -> None:
        self._simulator.settle(link.provider_id, "pay")

    def decline(self, link: PaymentLink) -> None:
        self._simulator.settle(link.provider_id, "fail")

    def expire(self, link: PaymentLink) -> None:
        self._simulator.settle(link.provider_id, "expire")


class WhatsappBench:
    traits = Traits(
        takes_requests_back=False, knows_references=False, keeps_references=False, keeps_notes=False
    )

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        url, token = simulator.graph_url, lambda: ACCESS_TOKEN
        self._messenger = GraphMessenger(url, token)
        self.gateway: PaymentGateway = WhatsappPayments(url, token, clock)
        self.out_of_reach: PaymentGateway = WhatsappPayments(NOWHERE, token, clock)

    def ask(self, link: PaymentLink) -> None:
        """The message is the request."""
        request = Entry(
            id=link.provider_id,
            kind=EntryKind.REQUESTED,
            amount=link.amount,
            at=clock(),
            method=PaymentMethod.WHATSAPP_PAY,
            provider="whatsapp",
            reference=link.reference,
        )
        body = order_details(an_order(), request, WORDS, said="Please pay.")
        to = Recipient(phone_number_id=PHONE_NUMBER, phone=ASHA)
        self._messenger.send(to, dict(body), callback_data="any")

    def pay(self, link: PaymentLink) -> None:
        self._simulator.pay_in_whatsapp(link.reference, "pay")

    def decline(self, link: PaymentLink) -> None:
        self._simulator.pay_in_whatsapp(link.reference, "fail")

    def expire(self, link: PaymentLink) -> None: ...


class StripeBench:
    traits = Traits()

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        url = simulator.stripe_url
        self.gateway: PaymentGateway = StripeCheckout(url, lambda: STRIPE_KEY, clock)
        self.out_of_reach: PaymentGateway = StripeCheckout(NOWHERE, lambda: STRIPE_KEY, clock)

    def ask(self, link: PaymentLink) -> None: ...

    def pay(self, link: PaymentLink) -> None:
        self._simulator.settle_stripe(link.provider_id, "pay")

    def decline(self, link: PaymentLink) -> None:
        self._simulator.settle_stripe(link.provider_id, "fail")

    def expire(self, link: PaymentLink) -> None:
        self._simulator.settle_stripe(link.provider_id, "expire")
