"""English: what texts are put together from, titles of buttons, days, reasons."""

from __future__ import annotations

from typing import Final

NAME: Final = "English"
WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
PARTS: Final = {
    "greeting": "Thank you, {first_name}!",
    "greeting_nameless": "Thank you!",
    "line": "{quantity} × {item}: {amount}",
    "piece": "{quantity} × {item}",
    "more": "… and {count} more",
    "opens": "{weekday} at {time}",
    "opens_later": "{weekday} {day} {month} at {time}",
    "date": "{day} {month}",
    "shipping": "Shipping: {amount}",
    "discount": "{label}: −{amount}",
    "tax": "{label}: {amount}",
    "paid": "Total: {total}, paid. Thank you!",
    "to_pay": "Total: {total}",
    "to_pay_in_cash": "Total: {total}. You pay {due} in cash when it arrives.",
    "to_pay_in_cash_at_pickup": "Total: {total}. You pay {due} in cash when you pick it up.",
    "or_cash": "Or pay {due} in cash when it arrives.",
    "or_cash_at_pickup": "Or pay {due} in cash when you pick it up.",
    "cash_ready": "Please have {due} in cash ready.",
    "still_due": "{due} is still open.",
    "money_back": "We will send {amount} back to you.",
    "overpaid": "That is {amount} more than the order costs. We will send it back to you.",
    "money_back_cancelled": (
        "The order was cancelled before, so we will send the money back to you."
    ),
    "money_back_rejected": "The order was rejected before, so we will send the money back to you.",
    "money_back_returned": "The order was returned before, so we will send the money back to you.",
    "refund_days": "It can take a few working days to arrive.",
    "next_courier": "We write again when it is on its way.",
    "next_own_delivery": "We write again when it is on its way.",
    "next_pickup": "We write again when it is ready to be picked up.",
    "next_digital": "We write again when it is ready.",
    "new_total": (
        "Delivery to this address costs {shipping}. Order {number} now comes to {total}."
    ),
    "questions": "Do you have a question? Just reply to this message.",
    "already_paid_before": "Already paid",
    "can_be_paid_until": "The order can be paid until then.",
    # At the fields of an address; in India, and elsewhere.
    "half_an_address": (
        "That address is not complete yet: we also need the street and the postal code."
    ),
    "address_missing": "Please give the house and street.",
    "city_missing_in": "Please give the city.",
    "city_missing": "Please give the city or town.",
    "postal_code_missing_in": "Please give the PIN code.",
    "postal_code_missing": "Please give the postal code.",
    "postal_code_wrong_in": "A PIN code has six digits, like 411001.",
    "postal_code_wrong": "This postal code cannot be right.",
    "postal_code_not_served_in": "Sorry, we do not deliver to this PIN code.",
    "postal_code_not_served": "Sorry, we do not deliver to this postal code.",
    "phone_number_missing": "Please give a phone number for the courier.",
    "phone_number_wrong_in": "A phone number has ten digits.",
    "phone_number_wrong": "This phone number cannot be right.",
    # Labels of a form; those of a Flow have at most 20 characters.
    "label_name": "Name",
    "label_phone_number": "Phone number",
    "label_postal_code_in": "PIN code",
    "label_postal_code": "Postal code",
    "label_house_number": "Flat or house number",
    "label_address": "Street and area",
    "label_landmark_area": "Landmark",
    "label_city": "City",
    "label_state": "State",
    "form_hint": "Where should we deliver your order?",
    "form_save": "Deliver here",
}
# At most 20 characters each.
BUTTONS: Final = {
    "cash_on_delivery": "Cash on delivery",
    "online": "Pay online",
    "whatsapp_pay": "Pay in WhatsApp",
    "transfer": "Bank or UPI transfer",
    "transfer_bank": "Bank transfer",
    "transfer_pix": "Pix or bank transfer",
    "choose": "Choose",
    "change_address": "Change address",
    "pay_now": "Pay now",
    "track": "Track parcel",
    "give_address": "Give address",
    "use_address": "Use this address",
    "other_address": "Another address",
    "choose_address": "Choose address",
    "verify": "Yes, confirm",
    "cancel": "Cancel order",
    "resume": "Go on",
    "merge": "One order",
    "replace": "Only the new one",
    "keep": "Two orders",
    "order_status": "Where is it?",
    "invoice": "Invoice",
    "open_invoice": "Open invoice",
    "choose_language": "Choose language",
}
# Where the order is, in plain words.
STAGES: Final = {
    "placed": "we still need something from you.",
    "abandoned": "it was not finished.",
    "confirmed": "it is confirmed, and we get to work.",
    "on_hold": "we are checking something, and write again soon.",
    "approved": "we are preparing it.",
    "processed": "it is packed.",
    "processed_pickup": "it is ready to be picked up.",
    "shipped": "it is on its way to you.",
    "delivered": "it is delivered.",
    "picked_up": "it was picked up.",
    "returned": "it came back to us.",
    "rejected": "we could not take it.",
    "cancelled": "it is cancelled.",
    "archived": "it is finished.",
}
# What staff call it, said to the customer's face. Everything else is said as it is called.
REASONS: Final = {
    "changed_mind": "you changed your mind",
    "customer_asked": "you asked us to",
    "refused": "it was not accepted at the door",
    "unreachable": "we could not reach you",
}
