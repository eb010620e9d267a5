"""What changes about who a customer is, and what Meta tells the application of it.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/system
https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/user_preferences
"""

from dataclasses import replace

from dev.simulator.inbound import contact, envelope_value
from dev.simulator.model import Customer
from dev.simulator.people import phone_digits
from dev.simulator.runtime import Parts
from dev.simulator.store import Json
from dev.simulator.world import new_user_id, new_wamid

PREFERENCES = "user_preferences"


def change_number(parts: Parts, customer: Customer, phone: str) -> Customer:
    """A customer moves to another number, and gets another user id with it.

    Raises ValueError for a number that is wrong or taken.
    """
    digits = phone_digits(parts.world, phone)
    moved = replace(customer, phone=digits, user_id=new_user_id(customer.country))
    before = customer.handle.lstrip("+@")
    body = f"User {customer.name} changed from {before} to {digits}"
    system = {"body": body, "wa_id": digits, "user_id": moved.user_id}
    _tell_system(parts, customer, system | {"type": "user_changed_number"})
    return parts.world.save_customer(moved)


def change_user_id(parts: Parts, customer: Customer) -> Customer:
    """Meta gives a customer another business-scoped user id, and says which it was."""
    changed = replace(customer, user_id=new_user_id(customer.country))
    body = f"User {customer.name} changed from {customer.user_id} to {changed.user_id}"
    system = {
        "body": body,
        "user_id": changed.user_id,
        "previous_user_id": customer.user_id,
        "type": "user_changed_user_id",
    }
    _tell_system(parts, replace(customer, phone=None), system)
    return parts.world.save_customer(changed)


def show_phone(parts: Parts, customer: Customer, phone: str) -> Customer:
    """From now on webhooks bring the number too; nothing is told before the next message."""
    digits = phone_digits(parts.world, phone)
    return parts.world.save_customer(replace(customer, phone=digits))


def choose_marketing(parts: Parts, customer: Customer, *, stops: bool) -> Customer:
    """A customer stops marketing in WhatsApp's own menu, or takes it again."""
    now = parts.world.now()
    customer = parts.world.save_customer(
        replace(customer, stopped_marketing_at=now if stops else 0)
    )
    value = envelope_value(parts.settings, parts.settings.phone_number_id)
    value["contacts"] = [contact(customer)]
    word = "stop" if stops else "resume"
    preference: Json = {"wa_id": customer.phone} if customer.phone else {}
    preference |= {
        "user_id": customer.user_id,
        "detail": f"User requested to {word} marketing messages",
        "category": "marketing_messages",
        "value": word,
        "timestamp": int(now),
    }
    value["user_preferences"] = [preference]
    parts.courier.send_change(value, f"{word} marketing · {customer.name}", field=PREFERENCES)
    return customer


def _tell_system(parts: Parts, customer: Customer, system: Json) -> None:
    """System messages have no contacts, and come from the number as it was."""
    value = envelope_value(parts.settings, parts.settings.phone_number_id)
    message: Json = {"from": customer.phone} if customer.phone else {}
    message |= {"id": new_wamid(customer), "timestamp": str(int(parts.world.now()))}
    value["messages"] = [message | {"type": "system", "system": system}]
    parts.courier.send_change(value, f"{system['type']} · {customer.name}")
