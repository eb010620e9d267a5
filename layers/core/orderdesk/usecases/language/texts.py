"""What we say to customers: the name of every text, what it is for, and what may stand in it.

The words are in one module per language; tests hold them against this table.
"""

from __future__ import annotations

from typing import Final, NamedTuple

# WhatsApp takes 4096 characters of text, and 1024 beside buttons, a link or a form. An opening and
# the question below it share those.
# https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
PLAIN: Final = 4096
WITH_BUTTONS: Final = 1024
QUESTION: Final = 264
OPENING: Final = WITH_BUTTONS - QUESTION - len("\n\n")
FOOTER: Final = 60
UTILITY: Final = "utility"
MARKETING: Final = "marketing"


class Text(NamedTuple):
    """`own` are the variables beside those of every order, `buttons` the names of their titles.

    `may_mute` is False for what the customer waits for, or cannot go on without. `category` is what
    Meta would call it as a template: a reminder to buy is marketing.
    https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-categorization
    """

    description: str
    limit: int = WITH_BUTTONS
    own: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    about_order: bool = True
    may_mute: bool = False
    category: str = UTILITY


def _stage(description: str, *own: str, buttons: tuple[str, ...] = ()) -> Text:
    """What an order comes to by itself: a shop may leave it unsaid."""
    return Text(description, WITH_BUTTONS, own, buttons, may_mute=True)


def _opening(description: str, *own: str, may_mute: bool = False) -> Text:
    return Text(description, OPENING, own, may_mute=may_mute)


def _question(description: str, *own: str, buttons: tuple[str, ...] = ()) -> Text:
    return Text(description, QUESTION, own, buttons)


PARCEL: Final = ("track",)
TEXTS: Final[dict[str, Text]] = {
    # The cart.
    "order_received": _opening("A cart came in. A question follows"),
    "order_resumed": _opening("An order that was given up goes on. A question follows"),
    "closed_now": _opening("The shop is closed, and when it opens", "opens", may_mute=True),
    "lines_changed": _opening(
        "The shop changed goods or prices", "still_due", "money_back", may_mute=True
    ),
    "ask_about_cart": Text(
        "A new cart while another one is unfinished: together, instead, or beside it?",
        own=("other_number", "other_total"),
        buttons=("merge", "replace", "keep"),
    ),
    "carts_merged": _opening("Two carts are one order now"),
    "cart_replaced": _opening("The new cart counts, the old one does not", "other_number"),
    "carts_kept": _opening("Both carts stay orders of their own", "other_number"),
    # The address.
    "ask_address_form": _question(
        "Asks for the address by WhatsApp's form, a Flow or a page", buttons=("give_address",)
    ),
    "ask_address": _question("Asks for the address in words, in India"),
    "ask_address_elsewhere": _question("Asks for the address in words, outside India"),
    "ask_location": _question("Asks for the place, where the shop delivers itself"),
    "ask_phone": _question("Below a request for the address, when no phone number is known"),
    "ask_saved_address": _question(
        "Offers the address of an earlier order",
        "saved_address",
        buttons=("use_address", "other_address"),
    ),
    "ask_which_address": _question(
        "Offers several addresses of earlier orders", buttons=("choose_address",)
    ),
    "change_address": _opening("The customer wants another address. A question follows"),
    "address_kept": _opening("The address came. A question may follow", "new_total"),
    "address_incomplete": _opening("The address is not enough. A question follows", "problems"),
    "place_not_served": _opening("The shop does not deliver there", "postal_code"),
    "no_cash_there": _opening("Cash on delivery is not possible at this address"),
    "address_too_late": Text("Another address for a parcel that is on its way", PLAIN),
    # The payment.
    "ask_payment": _question("How to pay", buttons=("choose", "change_address")),
    "verify_cash": Text(
        "Cash on delivery was chosen: is the order really theirs?",
        buttons=("verify", "cancel", "change_address"),
    ),
    "cash_chosen": _opening("Cash on delivery was chosen", may_mute=True),
    "cash_chosen_for_pickup": _opening("Cash when it is picked up was chosen", may_mute=True),
    "payment_link": Text("The link to pay online", QUESTION, buttons=("pay_now",)),
    "whatsapp_pay": Text("The order to be paid inside WhatsApp", QUESTION),
    "whatsapp_pay_footer": Text("The small line below it", FOOTER),
    "transfer": Text(
        "Where to send the money by oneself",
        PLAIN,
        ("payee", "instructions", "upi_id", "pix_key", "reference"),
    ),
    "proof_received": Text("The customer sent a proof of a transfer", PLAIN),
    "claim_declined": Text("No such transfer arrived", own=("amount", "reason")),
    "payment_failed": Text(
        "Paying did not work", own=("link", "or_cash"), buttons=("cash_on_delivery",)
    ),
    "no_online_payment": _opening("Paying online is not possible now. A question follows"),
    "payment_received": _opening(
        "Money came: all, a part, or too much",
        "amount",
        "still_due",
        "money_back",
        may_mute=True,
    ),
    "already_paid": Text("Asked to pay what is paid", PLAIN),
    "refunded": _stage("Money went back to the customer", "amount", "days"),
    "waits_for_address": Text(
        "Reminds of the address. A question follows", OPENING, may_mute=True, category=MARKETING
    ),
    "waits_for_payment": Text(
        "Reminds of the payment. A question follows", OPENING, may_mute=True, category=MARKETING
    ),
    # The way of the order.
    "confirmed": _stage("Confirmed: the shop gets to work", "closed"),
    "ready_for_pickup": _stage("Packed, to be picked up"),
    "shipped": _stage("On its way with a courier", buttons=PARCEL),
    "shipped_by_us": _stage("On its way, brought by the shop", buttons=PARCEL),
    "part_shipped": _stage("A part is on its way with a courier", "contents", buttons=PARCEL),
    "part_shipped_by_us": _stage(
        "A part is on its way, brought by the shop", "contents", buttons=PARCEL
    ),
    "rest_shipped": _stage("The rest is on its way with a courier", "contents", buttons=PARCEL),
    "rest_shipped_by_us": _stage(
        "The rest is on its way, brought by the shop", "contents", buttons=PARCEL
    ),
    "tracking_changed": _stage("Another tracking number than told before", buttons=PARCEL),
    "tracking_changed_by_us": _stage("The shop brings what a courier was to bring"),
    "delivered": _stage("Delivered"),
    "picked_up": _stage("Picked up"),
    "on_hold": _stage("Something is checked; the reason is not told"),
    "goes_on": _stage("It goes on after it was stopped"),
    "cancelled": _stage("Cancelled by the shop", "reason", "money_back"),
    "cancelled_as_asked": Text("Cancelled by the customer", own=("money_back",)),
    "rejected": _stage("The shop does not take the order", "reason", "money_back"),
    "not_delivered": _stage("Came back from the courier", "reason", "money_back"),
    "returned": _stage("All of it came back from the customer", "reason", "money_back"),
    "return_received": _stage("A part came back from the customer", "contents", "money_back"),
    # What customers ask for.
    "order_status": Text(
        "Where the order is",
        own=("stage", "still_due"),
        buttons=("track", "invoice", "change_address", "cancel", "pay_now"),
    ),
    "no_order": Text("Asked about an order, and there is none", PLAIN, about_order=False),
    "ask_which_order": Text(
        "Asked about an order, and there are several", buttons=("choose",), about_order=False
    ),
    "cancel_asked": Text("The shop decides whether it can still be cancelled", PLAIN),
    "cannot_cancel": Text("It is too late to cancel", PLAIN),
    "invoice": Text("The invoice", buttons=("open_invoice",)),
    "menu": Text("What can be asked", buttons=("order_status", "invoice", "cancel")),
    "ask_language": Text("Which language?", buttons=("choose_language",), about_order=False),
    "language_chosen": Text("From now on in this language", PLAIN, about_order=False),
    "opted_out": Text("No more messages", PLAIN, about_order=False),
    "opted_in": Text("Messages again", PLAIN, about_order=False),
}
MAY_MUTE: Final = frozenset(name for name, text in TEXTS.items() if text.may_mute)
