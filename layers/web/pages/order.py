"""The customer's page of an order: how it stands, what it costs, and on paper the invoice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.orders.guards import is_address_complete
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.shop.days import zone_of
from orderdesk.usecases.intake.turn import STOPPED, WAITING
from orderdesk.usecases.messages.address_question import FORM_LASTS
from pages.render import page
from pages.words import said as said_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orderdesk.domain.money.money import Money
    from orderdesk.domain.orders.order import Order
    from orderdesk.http import Request, Response
    from pages.context import Context, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A row below the lines; `strong` for what counts."""

    label: str
    amount: str
    strong: bool = False
    note: str = ""


def show_order(request: Request, visit: Visit, context: Context) -> Response:
    order, words = visit.order, visit.words
    return page(
        "order.html",
        language=words.language,
        shop=visit.store.name,
        order=order,
        placed_on=_date(visit),
        stands=_stands(visit),
        lines=[
            (line.name, line.quantity, words.money(line.price), words.money(line.total))
            for line in order.lines
        ],
        sums=_sums(visit),
        pay_link=_pay_link(visit, context),
        pay_now=words.button("pay_now"),
        address=visit.lines(order.address) if order.address and order.needs_address else (),
        give_address=_address_link(visit, context),
        parcels=[parcel.tracking for parcel in order.parcels],
        track=words.button("track"),
        pickup_code=order.pickup_code if order.stage is Stage.PROCESSED else "",
    )


def _stands(visit: Visit) -> str:
    """The stage in plain words, as a sentence of its own."""
    order = visit.order
    name = order.stage.value
    pickup = order.fulfilment is Fulfilment.PICKUP
    if pickup and order.stage is Stage.PROCESSED:
        name = "processed_pickup"
    elif pickup and order.stage is Stage.DELIVERED:
        name = "picked_up"
    said = visit.words.stage(name)
    return said[:1].upper() + said[1:]


def _sums(visit: Visit) -> list[Sum]:
    """What it comes to, line by line, and what of it is paid; nothing that is nothing."""
    return [each for each in (*_charges(visit), *_payments(visit)) if each.amount]


def _charges(visit: Visit) -> Iterator[Sum]:
    parts, said, money = visit.order.amounts, said_in(visit.words.language), _Amounts(visit)
    if parts.subtotal != parts.total:
        yield Sum(label=said("subtotal"), amount=money(parts.subtotal))
    yield Sum(label=parts.discount_label, amount=money(parts.discount, sign="−"))
    yield Sum(label=said("shipping"), amount=money(parts.shipping))
    yield Sum(label=parts.tax_label, amount=money(parts.tax))
    total = visit.words.money(parts.total)
    yield Sum(label=said("total"), amount=total, strong=True)
    yield Sum(label=parts.tax_label, amount=money(parts.included_tax), note=said("included"))


def _payments(visit: Visit) -> Iterator[Sum]:
    ledger, said, money = visit.order.ledger, said_in(visit.words.language), _Amounts(visit)
    yield Sum(label=said("paid"), amount=money(ledger.captured))
    yield Sum(label=said("refunded"), amount=money(ledger.refunded, sign="−"))
    due = _due(visit.order)
    if due is not None:
        cash = ledger.method is PaymentMethod.CASH_ON_DELIVERY
        label = said("due_in_cash" if cash else "due")
        yield Sum(label=label, amount=money(due), strong=True)


@dataclass(frozen=True, slots=True)
class _Amounts:
    """As the customer writes them; empty for nothing."""

    visit: Visit

    def __call__(self, amount: Money, *, sign: str = "") -> str:
        return f"{sign}{self.visit.words.money(amount)}" if amount.minor else ""


def _due(order: Order) -> Money | None:
    """None when nothing is: paid, stopped, or more than paid."""
    stopped = order.stage in STOPPED or order.ledger.refunded.minor
    return None if stopped or order.amount_due.minor <= 0 else order.amount_due


def _pay_link(visit: Visit, context: Context) -> str:
    """The one that the customer has, for as long as it works; a page makes none of its own."""
    asked = visit.order.ledger.open_request
    if asked is None or _due(visit.order) is None:
        return ""
    over = asked.expires_at is not None and asked.expires_at <= context.now
    is_web = asked.link.startswith(("https:", "http:"))
    return asked.link if is_web and not over else ""


def _address_link(visit: Visit, context: Context) -> str:
    """While something is missing that the customer can give."""
    order = visit.order
    if order.stage not in WAITING or is_address_complete(order):
        return ""
    return context.links.address_form(order, context.now + FORM_LASTS)


def _date(visit: Visit) -> str:
    there = visit.order.placed_at.astimezone(zone_of(visit.store.time_zone))
    day = visit.words.part("date", day=str(there.day), month=visit.words.month(there.month))
    return f"{day} {there.year}"
