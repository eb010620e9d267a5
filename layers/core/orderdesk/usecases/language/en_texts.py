"""English. What it is made of: texts.py."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    "order_received": (
        "{greeting} We have your order, {number}:\n{lines}\n{charges}\nTotal: {total}"
    ),
    "order_resumed": "We go on with your order, {number}:\n{lines}\n{charges}\nTotal: {total}",
    "closed_now": "We are closed now and go on {opens}.",
    "lines_changed": (
        "We have changed your order {number}. It is now:\n{lines}\n{charges}\nNew total: {total}\n"
        "{still_due}\n{money_back}"
    ),
    "ask_about_cart": (
        "Thank you, we have your new cart:\n{lines}\n\nYour order {other_number} over "
        "{other_total} is not finished yet. What shall we do with the two?"
    ),
    "carts_merged": ("Order {number} now holds both carts:\n{lines}\n{charges}\nTotal: {total}"),
    "cart_replaced": (
        "Order {number} takes the place of order {other_number}:\n{lines}\n{charges}\n"
        "Total: {total}"
    ),
    "carts_kept": (
        "Order {number} stays beside order {other_number}:\n{lines}\n{charges}\nTotal: {total}"
    ),
    "ask_address_form": "Where should we deliver it? Tap below to give your address.",
    "ask_address": (
        "Where should we deliver it? Please reply with your full address in one message: "
        "name, house and street, area, city and PIN code."
    ),
    "ask_address_elsewhere": (
        "Where should we deliver it? Please reply with your full address in one message: "
        "name, house and street, city and postal code."
    ),
    "ask_location": (
        "Where should we deliver it? Send us your location, or reply with your address in one "
        "message: name, house and street, area and city."
    ),
    "ask_phone": "Please add a phone number for the courier.",
    "ask_saved_address": "Shall we deliver it to this address?\n{saved_address}",
    "ask_which_address": "Where should we deliver it?",
    "change_address": "Your order {number}: we change the address.",
    "address_kept": "We deliver order {number} to:\n{address}\n{new_total}",
    "address_incomplete": "That address does not work yet:\n{problems}",
    "place_not_served": "We are sorry: we do not deliver to {postal_code}.",
    "no_cash_there": "Cash on delivery is not possible at this address.",
    "address_too_late": (
        "Your order {number} is on its way already. We look whether the address can still be "
        "changed, and write to you."
    ),
    "ask_payment": "How would you like to pay?",
    "verify_cash": (
        "Please confirm your order {number}:\n{lines}\n{charges}\nTotal: {total}, in cash\n"
        "It goes to: {address}"
    ),
    "cash_chosen": "You pay {due} in cash for order {number} when it arrives.",
    "cash_chosen_for_pickup": "You pay {due} in cash for order {number} when you pick it up.",
    "payment_link": "Order {number}: please pay {due} here. It is confirmed once paid.",
    "whatsapp_pay": "Order {number}: please review it and pay. It is confirmed once paid.",
    "whatsapp_pay_footer": "{shop}",
    "transfer": (
        "Order {number}: please send {due}.\nTo: {payee}\n{instructions}\nUPI: {upi_id}\n"
        "Pix: {pix_key}\nReference: {reference}\n"
        "Then send us a picture of the receipt here: we check it and confirm your order."
    ),
    "proof_received": (
        "Thank you! We have your receipt for order {number}. We check it and confirm your order."
    ),
    "claim_declined": (
        "We could not find your payment of {amount} for order {number}.\nReason: {reason}\n"
        "{due} is still open. If you did pay, please write to us here."
    ),
    "payment_failed": (
        "Your payment for order {number} did not go through, and nothing was taken.\n"
        "Try again: {link}\n{or_cash}"
    ),
    "no_online_payment": "We cannot take an online payment for order {number} right now.",
    "payment_received": (
        "We have received {amount} for order {number}. Thank you!\n{money_back}\n{still_due}"
    ),
    "already_paid": "Order {number} is paid already. Thank you!",
    "refunded": "We have paid {amount} back to you for order {number}.\n{days}",
    "waits_for_address": "Your order {number} over {total} still waits for your address.",
    "waits_for_payment": "Your order {number} over {total} only waits for your payment.",
    "confirmed": (
        "Your order {number} is confirmed.\n{payment}\nIt goes to: {address}\n{closed}\n{next}"
    ),
    "ready_for_pickup": (
        "Your order {number} is ready to be picked up at {shop}.\n"
        "Please show this code: {pickup_code}\n{cash_ready}"
    ),
    "shipped": (
        "Your order {number} is on its way with {carrier}.\n"
        "Tracking number: {tracking_number}\n{cash_ready}"
    ),
    "shipped_by_us": "Your order {number} is on its way: we bring it ourselves.\n{cash_ready}",
    "part_shipped": (
        "A part of your order {number} is on its way with {carrier}.\n"
        "Tracking number: {tracking_number}\n{contents}\nThe rest follows."
    ),
    "part_shipped_by_us": (
        "A part of your order {number} is on its way: we bring it ourselves.\n"
        "{contents}\nThe rest follows."
    ),
    "rest_shipped": (
        "The rest of your order {number} is on its way with {carrier}.\n"
        "Tracking number: {tracking_number}\n{contents}\n{cash_ready}"
    ),
    "rest_shipped_by_us": (
        "The rest of your order {number} is on its way: we bring it ourselves.\n"
        "{contents}\n{cash_ready}"
    ),
    "tracking_changed": (
        "Your order {number}: here is the right way to follow your parcel.\n"
        "{carrier}, tracking number: {tracking_number}"
    ),
    "tracking_changed_by_us": "Your order {number}: we bring this parcel ourselves.",
    "delivered": "Your order {number} is delivered. Thank you for buying at {shop}!",
    "picked_up": "Your order {number} was picked up. Thank you for buying at {shop}!",
    "on_hold": "We are checking something about your order {number} and write again soon.",
    "goes_on": "Good news: your order {number} goes on. {next}",
    "cancelled": (
        "We are sorry: your order {number} is cancelled.\nReason: {reason}\n{money_back}"
    ),
    "cancelled_as_asked": "Your order {number} is cancelled, as you asked.\n{money_back}",
    "rejected": (
        "We are sorry: we cannot take your order {number}.\nReason: {reason}\n{money_back}"
    ),
    "not_delivered": (
        "Your order {number} could not be delivered and came back to us.\nReason: {reason}\n"
        "{money_back}"
    ),
    "returned": "We have all of your order {number} back.\nReason: {reason}\n{money_back}",
    "return_received": (
        "We have received what you sent back of order {number}:\n{contents}\n{money_back}"
    ),
    "order_status": (
        "Your order {number} over {total}: {stage}\n"
        "{carrier}, tracking number: {tracking_number}\nIt goes to: {address}\n{still_due}"
    ),
    "no_order": "We found no order of yours. Choose from our catalog, and send us your cart here.",
    "ask_which_order": "Which order do you mean?",
    "cancel_asked": (
        "We have your wish to cancel order {number}. We are at it already, so a person looks at "
        "it and writes to you."
    ),
    "cannot_cancel": (
        "Order {number} can no longer be cancelled. Write to us here, and we find a way."
    ),
    "invoice": "Here is the invoice of your order {number}.",
    "menu": "What would you like to know about your order {number}?",
    "ask_language": "Which language do you prefer?",
    "language_chosen": "From now on we write to you in English.",
    "opted_out": (
        "You get no more messages from {shop}. Write START if you change your mind. "
        "Your orders go on as before."
    ),
    "opted_in": "Welcome back! {shop} may write to you again.",
}
