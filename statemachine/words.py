"""What docs/lifecycle.md says of the names in the table. Tests hold it to be complete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.orders.lifecycle import Guard, MoveClass, Need, Stage
from orderdesk.domain.orders.timing import CLOSES_BY_ITSELF
from orderdesk.domain.shop.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

DEFAULTS: Final = Policy()
HOURS: Final = int(DEFAULTS.abandon_after.total_seconds() // 3600)
MINUTES: Final = int(DEFAULTS.undo_window.total_seconds() // 60)

STAGES: Final = {
    Stage.PLACED: "A cart has come in. The customer is asked for address and payment.",
    Stage.ABANDONED: f"The customer went quiet for {HOURS} hours. An answer brings the order back.",
    Stage.CONFIRMED: "Address and payment are there. The shop's turn.",
    Stage.ON_HOLD: "Paused, for a review or for a morning.",
    Stage.REJECTED: "The shop does not take the order.",
    Stage.CANCELLED: "Called off before shipping, by the customer or the shop.",
    Stage.APPROVED: "Checked, and cleared for packing.",
    Stage.PROCESSED: "Packed and ready to leave.",
    Stage.SHIPPED: "With the courier.",
    Stage.DELIVERED: "With the customer. Cash on delivery counts as collected.",
    Stage.RETURNED: "All of it came back.",
    Stage.ARCHIVED: (
        f"At rest, by itself {DEFAULTS.archive_after.days} days after it closed. "
        "Can be taken back to where it was."
    ),
}
CLASSES: Final = {
    MoveClass.FORWARD: "the way an order goes when nothing comes in between",
    MoveClass.EXCEPTION: "something came in between",
    MoveClass.RECOVERY: "back on the way",
    MoveClass.CLOSING: "nothing is left to do",
    MoveClass.UNDO: "a mistake is taken back",
}
NEEDS: Final = {
    Need.REASON: "a reason",
    Need.UNTIL: "until when",
    Need.TRACKING: "tracking, or own delivery",
    Need.PICKUP_CODE: "the pickup code",
    Need.RESTOCK: "whether it can be sold again",
}
GUARDS: Final = {
    Guard.HAS_LINES: "it has at least one line",
    Guard.ADDRESS_COMPLETE: "the address is complete",
    Guard.PAYMENT_CONDITION_MET: "it is paid, or cash on delivery is chosen",
    Guard.IDLE_LONG_ENOUGH: f"the customer did nothing for {HOURS} hours",
    Guard.STILL_INCOMPLETE: "address or payment is missing",
    Guard.NO_MONEY_IN_IT: "no money is in it",
    Guard.NO_PAYMENT_PENDING: "no payment link is open, or the gateway knows of no payment",
    Guard.HELD_FROM_TARGET: "it was held from there",
    Guard.HELD_FROM_PLACED_OR_INCOMPLETE: (
        "it was held from there, or address or payment has to be asked for again"
    ),
    Guard.NEVER_APPROVED: "it was held before it was approved",
    Guard.CUSTOMER_MAY_CANCEL: "if the customer asks: it is (or was held) before Approved",
    Guard.NO_COURIER_LEG: "it is picked up or digital",
    Guard.STOCK_SUFFICES: "what the shop counts is in stock",
    Guard.NOTHING_SHIPPED: "no parcel has left yet",
    Guard.NO_COURIER_SCAN: "the courier has not scanned it",
    Guard.NO_OPEN_RETURN: "no return is on its way",
    Guard.NO_RETURN: "the customer returns nothing",
    Guard.WITHIN_RETURN_WINDOW: (
        f"delivered at most {DEFAULTS.return_window.days} days ago (staff: any time)"
    ),
    Guard.MONEY_SETTLED: "no cash is due (delivered), or no money is left in it (stopped)",
    Guard.ARCHIVED_FROM_TARGET: "it was archived from there",
    Guard.WITHIN_UNDO_WINDOW: f"at most {MINUTES} minutes have passed",
    Guard.STOPPED_FROM_TARGET: "it was stopped there (from Processed: it goes back to Approved)",
    Guard.NO_REFUND_STARTED: "nothing was refunded yet",
}

# By the name of the step in stage_work.py.
WORK: Final = {
    "_price": "its lines get names and the catalog's prices",
    "_hold_for_price": "when cart and catalog differ too much, it is held until a person decides",
    "_hold_on_placed": "after hours, if the shop wants it, it is held until opening",
    "_ask": "the customer is asked for what is missing",
    "_reserve": "stock is reserved; when it does not suffice, the order is held",
    "_hold_on_confirmed": "after hours it is held until opening",
    "_approve": "it is approved when the shop's rule says so",
    "_reserve_packed": "stock is reserved; when the count says less, a person counts anew",
    "_leave": "what left the shop is taken off the stock",
    "_void_links": "open payment links are voided",
    "_give_back": "reserved stock can be sold again, unless staff said no",
    "_restock": "what came back can be sold again when staff said so",
    "_refund": "the money goes back, if the shop wants that to happen by itself",
}


def times_of(stage: Stage) -> Iterator[str]:
    """What time does to an order of this stage, by the default policy."""
    if stage is Stage.PLACED:
        for reminder in DEFAULTS.reminders:
            yield f"after {_long(reminder)} of silence a reminder"
        yield f"after {_long(DEFAULTS.abandon_after)} of silence abandoned"
    if stage is Stage.ON_HOLD:
        yield "released at the hold's end, when it has one"
    if stage in DEFAULTS.escalate_after:
        wait = _long(DEFAULTS.escalate_after[stage])
        yield f"after {wait} of opening time staff are told that it waits"
    if stage in CLOSES_BY_ITSELF:
        yield f"after {_long(DEFAULTS.archive_after)} archived, when its guards allow it"


def _long(time: timedelta) -> str:
    hours = int(time.total_seconds() // 3600)
    return f"{time.days} days" if time.days > 1 else f"{hours} hour{'s' if hours > 1 else ''}"
