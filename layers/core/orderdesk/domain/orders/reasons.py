"""Why an order leaves its way: codes that can be counted, and words for people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid
from orderdesk.domain.orders.lifecycle import MoveClass, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.domain.orders.lifecycle import Move

MAX_REASON: Final = 500
OTHER: Final = "other"
AFTER_HOURS: Final = "after_hours"
STOCK_SHORT: Final = "stock_short"
LATE_PAYMENT: Final = "late_payment"
PRICE_MISMATCH: Final = "price_mismatch"
MERGED: Final = "merged"
REPLACED: Final = "replaced"


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` is counted and never changes; `label` is what people read, customers too."""

    code: str
    label: str


ANYTHING_ELSE: Final = Reason(OTHER, "Another reason")
MISTAKES: Final = (Reason("mistake", "Pressed by mistake"), ANYTHING_ELSE)
REASONS: Final[Mapping[Stage, tuple[Reason, ...]]] = {
    Stage.ON_HOLD: (
        Reason(STOCK_SHORT, "Waiting for stock"),
        Reason("address_check", "Address to be checked"),
        Reason(AFTER_HOURS, "After hours"),
        Reason("customer_asked", "The customer asked"),
        Reason("payment_check", "Payment to be checked"),
        Reason(PRICE_MISMATCH, "Price to be checked"),
        Reason(LATE_PAYMENT, "Paid late"),
        Reason("duplicate", "Looks like a duplicate"),
        Reason("risk", "To be reviewed"),
        ANYTHING_ELSE,
    ),
    Stage.REJECTED: (
        Reason("out_of_stock", "Out of stock"),
        Reason("unserviceable", "Outside our delivery area"),
        Reason("price_changed", "The price has changed"),
        Reason("duplicate", "Duplicate order"),
        Reason("risk", "Could not be verified"),
        ANYTHING_ELSE,
    ),
    Stage.CANCELLED: (
        Reason("customer_asked", "The customer asked"),
        Reason("out_of_stock", "Out of stock"),
        Reason("unreachable", "The customer cannot be reached"),
        Reason("payment_failed", "The payment failed"),
        Reason("duplicate", "Duplicate order"),
        Reason(MERGED, "Put together with another order"),
        Reason(REPLACED, "Replaced by a newer order"),
        ANYTHING_ELSE,
    ),
    Stage.RETURNED: (
        Reason("refused", "The customer refused it"),
        Reason("unreachable", "The customer was not reachable"),
        Reason("lost", "Lost on the way"),
        Reason("damaged", "Damaged"),
        Reason("wrong_item", "Wrong item"),
        Reason("changed_mind", "The customer changed their mind"),
        ANYTHING_ELSE,
    ),
}


MOST_REASONS: Final = 30
LONGEST_LABEL: Final = 100
CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,49}")


def check_reasons(own: Mapping[Stage, tuple[Reason, ...]]) -> None:
    """Raises Invalid for reasons that a shop cannot have, naming the field.

    They are for people: what the system does has our reasons, whatever the shop's are.
    """
    for stage, reasons in own.items():
        field, codes = f"reasons.{stage}", [each.code for each in reasons]
        if stage not in REASONS:
            known = ", ".join(REASONS)
            raise Invalid(f"Reasons are chosen for {known}, not for {stage}.", field="reasons")
        if not 0 < len(reasons) <= MOST_REASONS or len(set(codes)) != len(codes):
            raise Invalid(f"Give 1 to {MOST_REASONS} reasons, each code once.", field=field)
        for each in reasons:
            if not CODE.fullmatch(each.code):
                raise Invalid(f"{each.code!r}: a code is like out_of_stock.", field=field)
            if not 0 < len(each.label.strip()) <= LONGEST_LABEL:
                raise Invalid(
                    f"{each.code}: a label has 1 to {LONGEST_LABEL} characters.", field=field
                )


def reasons_of(
    move: Move, own: Mapping[Stage, tuple[Reason, ...]] | None = None
) -> tuple[Reason, ...]:
    """What to choose from for this move; `own` are the shop's, in place of ours."""
    if move.kind is MoveClass.UNDO:
        return MISTAKES
    return (own or {}).get(move.target) or REASONS.get(move.target, ())


def find_reason(code: str, text: str, choices: tuple[Reason, ...]) -> Reason:
    """The reason that was given: `code` of the choices, or `text` in one's own words (other).

    The label is the text when there is one. Raises Invalid, naming the field.
    """
    words = text.strip()
    if len(words) > MAX_REASON:
        raise Invalid(f"A reason has at most {MAX_REASON} characters.", field="reason")
    if not code:
        same = next((each for each in choices if each.label == words), None)
        return same or Reason(OTHER, words)
    found = next((each for each in choices if each.code == code), None)
    if found is None:
        codes = ", ".join(each.code for each in choices) or "none"
        raise Invalid(f"There is no reason {code!r} here: choose of {codes}.", field="reason_code")
    if code == OTHER and not words:
        raise Invalid("Say the reason in a few words.", field="reason")
    return Reason(code, words or found.label)
