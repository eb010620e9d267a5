"""Who is on the other side: by business-scoped id, by phone number, or by whatever else is there.

https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from orderdesk.domain.people.customer import Alias, AliasKind
from orderdesk.usecases.intake.inbound import Person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orderdesk.adapters.whatsapp.models import (
        Contact,
        Endpoint,
        Message,
        Preference,
        UserIdUpdate,
    )

# A country, a dot, and maybe ENT for linked businesses. Seen in `from` too.
USER_ID: Final = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
PHONE: Final = re.compile(r"\+?[0-9][0-9 ().-]{3,30}")
PHONE_DIGITS: Final = range(6, 16)  # the longest number of E.164 has 15
NAME_MAX: Final = 200


def sender(message: Message, contact: Contact) -> Person | None:
    """None for a message without any sender. The contact beside it lends its name only, when both
    name somebody and not the same: two customers must not become one.
    """
    named = _aliases((message.from_user_id,), (message.sender,))
    ids = _aliases((contact.user_id,), (contact.wa_id,))
    same = not named or set(named) & set(ids)
    return _person(_sorted((*named, *ids)) if same else named, contact)


def recipient(echo: Message, contact: Contact) -> Person | None:
    """Of a message of the shop's own."""
    ids = _aliases((contact.user_id,), (contact.wa_id,))
    return _person(ids or _aliases((echo.to_user_id,), (echo.to,)), contact)


def owner(endpoint: Endpoint) -> Person | None:
    return _person(_aliases((endpoint.user_id,), (endpoint.phone_number,)))


def renamed(message: Message) -> Person | None:
    """The one under the old names and the new ones, the old first: they are who we know.

    A change of the id names the new one only, unless it is from after August 2026.
    """
    system = message.system
    new = (system.user_id, system.wa_id or system.new_wa_id)
    if not any(new):
        return None
    old = (system.previous_user_id, message.from_user_id, message.sender)
    return _changed(old, new)


def renamed_by_field(update: UserIdUpdate) -> Person | None:
    """The same, as it was told for some months."""
    return _changed((update.user_id.previous, update.wa_id), (update.user_id.current,))


def preferring(preference: Preference) -> Person | None:
    return _person(_aliases((preference.user_id,), (preference.wa_id,)))


def _changed(old: Iterable[str], new: Iterable[str]) -> Person | None:
    before, after = _aliases((), old), _aliases((), new)
    aliases = tuple(dict.fromkeys((*before, *after)))
    if not aliases:
        return None
    phone, user_id = _first(after, AliasKind.PHONE), _first(after, AliasKind.USER_ID)
    return Person(aliases=aliases, phone=phone, user_id=user_id)


def _person(aliases: tuple[Alias, ...], contact: Contact | None = None) -> Person | None:
    if not aliases:
        return None
    return Person(
        aliases=aliases,
        name=contact.profile.name[:NAME_MAX] if contact else "",
        username=contact.profile.username.lstrip("@")[:NAME_MAX] if contact else "",
        phone=_first(aliases, AliasKind.PHONE),
        user_id=_first(aliases, AliasKind.USER_ID),
    )


def _aliases(user_ids: Iterable[str], others: Iterable[str]) -> tuple[Alias, ...]:
    found = [Alias(AliasKind.USER_ID, each) for each in user_ids if each]
    return _sorted((*found, *(_alias(each) for each in others if each)))


def _sorted(aliases: Iterable[Alias]) -> tuple[Alias, ...]:
    """User ids first, then phones; what is neither counts only when there is nothing better."""
    rank = list(AliasKind)
    distinct = sorted(dict.fromkeys(aliases), key=lambda alias: rank.index(alias.kind))
    sure = [alias for alias in distinct if alias.kind is not AliasKind.FROM_ID]
    return tuple(sure or distinct)


def _alias(text: str) -> Alias:
    digits = re.sub(r"\D", "", text)
    if PHONE.fullmatch(text) and len(digits) in PHONE_DIGITS:
        return Alias(AliasKind.PHONE, digits)
    if USER_ID.fullmatch(text):
        return Alias(AliasKind.USER_ID, text)
    return Alias(AliasKind.FROM_ID, text)


def _first(aliases: Iterable[Alias], kind: AliasKind) -> str:
    return next((alias.value for alias in aliases if alias.kind is kind), "")
