"""What staff see of an order's money that waits for them: claims and refunds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.words import METHOD
from orderdesk.domain.money import crediting
from orderdesk.domain.money.ledger import EntryKind
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.actor import Permission

if TYPE_CHECKING:
    from dashboard.desk import Desk
    from dashboard.given import Given
    from dashboard.words import Stamp
    from orderdesk.domain.money.ledger import Entry
    from orderdesk.domain.orders.order import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """`mine` was entered by who looks at it: another person has to confirm it."""

    claim_id: str
    key: str
    amount: str
    typed: str
    method: str
    note: str
    at: Stamp
    has_proof: bool
    mine: bool
    can_answer: bool
    confirm: Given
    decline: Given


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundView:
    """`by_hand` is what did not come through a gateway, empty when all of it did."""

    refund_id: str
    key: str
    amount: str
    note: str
    at: Stamp
    by_hand: str
    waits_for_another: bool
    can_make: bool
    make: Given
    decline: Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    claims: tuple[ClaimView, ...]
    refunds: tuple[RefundView, ...]
    refundable: str
    typed: str
    ask: Given

    @property
    def forms(self) -> frozenset[str]:
        """Names of those that are on the page."""
        named = {
            "refund": bool(self.refundable),
            **{f"confirm-{each.key}": each.can_answer for each in self.claims},
            **{f"decline-{each.key}": each.can_answer for each in self.claims},
            **{f"make-{each.key}": each.can_make for each in self.refunds},
            **{f"drop-{each.key}": each.can_make for each in self.refunds},
        }
        return frozenset(name for name, shown in named.items() if shown)


def purse(order: Order, desk: Desk) -> Purse:
    may = desk.may(Permission.REFUND)
    left = order.ledger.refundable
    return Purse(
        claims=tuple(_claim(each, desk, may) for each in order.ledger.open_claims),
        refunds=tuple(_refund(each, order, desk, may) for each in order.ledger.open_refunds),
        refundable=str(left) if may and left.minor else "",
        typed=f"{left.major:f}",
        ask=desk.given.of("refund"),
    )


def key_of(entry_id: str) -> str:
    """A part of an element's id: WhatsApp's ids have signs in them."""
    return "".join(each if each.isalnum() else "-" for each in entry_id)[-40:]


def _claim(entry: Entry, desk: Desk, may: bool) -> ClaimView:
    key = key_of(entry.id)
    mine = entry.by == desk.by.id
    return ClaimView(
        claim_id=entry.id,
        key=key,
        amount=str(entry.amount),
        typed=f"{entry.amount.major:f}",
        method=METHOD[entry.method],
        note=entry.note,
        at=desk.clock.stamp(entry.at),
        has_proof=bool(entry.proof),
        mine=mine,
        can_answer=may and not mine,
        confirm=desk.given.of(f"confirm-{key}"),
        decline=desk.given.of(f"decline-{key}"),
    )


def _refund(entry: Entry, order: Order, desk: Desk, may: bool) -> RefundView:
    key = key_of(entry.id)
    second = crediting.needs_second_person(entry, desk.policy.refund_limit)
    waits = second and entry.by == desk.by.id
    by_hand = entry.amount.minor - through_gateways(order)
    return RefundView(
        refund_id=entry.id,
        key=key,
        amount=str(entry.amount),
        note=entry.note,
        at=desk.clock.stamp(entry.at),
        by_hand=str(Money(by_hand, entry.amount.currency)) if by_hand > 0 else "",
        waits_for_another=waits,
        can_make=may and not waits,
        make=desk.given.of(f"make-{key}"),
        decline=desk.given.of(f"drop-{key}"),
    )


def through_gateways(order: Order) -> int:
    """What could go back the way it came, in minor units."""
    captured = (e for e in order.ledger.entries if e.kind is EntryKind.CAPTURED and e.provider)
    return sum(order.ledger.left_of(each).minor for each in captured)
