"""New customers and changes to them, from JSON bodies."""

import re
import secrets
from dataclasses import fields, replace

from dev.simulator.model import Customer
from dev.simulator.recipients import COUNTRY_CODES
from dev.simulator.store import Json
from dev.simulator.validate_interactive import INTERACTIVE
from dev.simulator.world import World, new_user_id

CALLING_CODES = {country: code for code, country in COUNTRY_CODES.items()}
#: What people of a country write in, unless somebody says otherwise.
LANGUAGES = {"BR": "pt_BR"}
CHANGEABLE = (
    "name",
    "language",
    "address_form",
    "cannot_show",
    "fails_with",
    "unreachable",
    "offline",
    "window_closed",
    "saved_addresses",
    "last_inbound_at",
    "stopped_marketing_at",
)
USERNAME = re.compile(r"[a-z0-9._]{3,35}")


def new_customer(world: World, wanted: Json) -> Customer:
    """Make a customer of {name, country?, phone?, username?, id?, address_form?, user_id?}.

    `phone` absent makes a number up, None makes a username-only customer. Raises ValueError.
    """
    name, country = str(wanted.get("name", "")).strip(), str(wanted.get("country", "IN")).upper()
    if not name:
        raise ValueError("name must not be empty")
    phone = wanted["phone"] if "phone" in wanted else _made_up_phone(country)
    if phone is not None:
        phone = phone_digits(world, str(phone))
    username = wanted.get("username") or (None if phone else _username(name))
    if username is not None and not USERNAME.fullmatch(username):
        raise ValueError("username must be 3 to 35 of a-z 0-9 . _")
    customer_id = str(wanted.get("id") or _free_id(world, name))
    if customer_id in world.customers:
        raise ValueError(f"customer {customer_id!r} exists already")
    return Customer(
        id=customer_id,
        name=name,
        country=country,
        language=str(wanted.get("language", LANGUAGES.get(country, "en"))),
        phone=phone,
        username=username,
        user_id=str(wanted.get("user_id") or new_user_id(country)),
        address_form=bool(wanted.get("address_form", country == "IN")),
        cannot_show=list(wanted.get("cannot_show", [])),
        saved_addresses=list(wanted.get("saved_addresses", [])),
    )


def phone_digits(world: World, phone: str) -> str:
    """The digits of a number that nobody has; raises ValueError."""
    digits = re.sub(r"\D", "", phone)
    if not digits:
        raise ValueError("phone must have digits, with the country code")
    if world.customer_by_phone(digits):
        raise ValueError(f"+{digits} belongs to another customer")
    return digits


def changed_customer(customer: Customer, changes: Json) -> Customer:
    """Return the customer with changes; raises ValueError that names what cannot be changed."""
    wrong = [name for name in changes if name not in CHANGEABLE]
    if wrong:
        raise ValueError(f"cannot change {', '.join(wrong)}; only {', '.join(CHANGEABLE)}")
    unknown = [kind for kind in changes.get("cannot_show", []) if kind not in INTERACTIVE]
    if unknown:
        kinds = ", ".join(sorted(INTERACTIVE))
        raise ValueError(f"cannot_show has {', '.join(unknown)}; there are {kinds}")
    boolean = {f.name for f in fields(Customer) if f.type is bool}
    for name, value in changes.items():
        if name in boolean and not isinstance(value, bool):
            raise ValueError(f"{name} must be true or false, not {value!r}")
    return replace(customer, **changes)


def _made_up_phone(country: str) -> str:
    digits = secrets.randbelow(90000) + 10000
    if country == "US":
        return f"1650555{digits % 10000:04d}"
    if country == "BR":
        return f"551190000{digits % 10000:04d}"
    if country == "GB":
        return f"447700{900000 + digits % 1000}"
    return f"{CALLING_CODES.get(country, '91')}98000{digits}"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _username(name: str) -> str:
    return f"{_slug(name).replace('-', '.') or 'guest'}.{secrets.randbelow(900) + 100}"[-35:]


def _free_id(world: World, name: str) -> str:
    slug = _slug(name) or "customer"
    taken, number = slug, 2
    while taken in world.customers:
        taken, number = f"{slug}-{number}", number + 1
    return taken
