"""The messages of WhatsApp that ask for an address, each within WhatsApp's limits."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

from orderdesk.domain.people.address import Address
from orderdesk.usecases.messages.bodies import TEXT_MAX, TITLE_MAX, cut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orderdesk.domain.people.customer import SavedAddress
    from orderdesk.usecases.messages.bodies import Body

BODY_MAX: Final = 1024
ROW_TITLE_MAX: Final = 24
ROW_DESCRIPTION_MAX: Final = 72
FLOW_SCREEN: Final = "ADDRESS"
# Meta's names of ours, and what its form does not have.
# https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/address-messages/
META_NAMES: Final = {"postal_code": "in_pin_code"}
NOT_IN_FORM: Final = frozenset({"country", "text", "latitude", "longitude", "flaws"})


def address_message(
    words: str,
    *,
    known: Address,
    saved: Sequence[SavedAddress] = (),
    errors: Mapping[str, str] | None = None,
) -> Body:
    """India's address form. `known` is filled in, `saved` can be picked, and `errors` (our field →
    words) are shown at their fields.
    """
    parameters: Body = {"country": "IN"}
    if values := meta_values(known):
        parameters["values"] = values
    if saved:
        parameters["saved_addresses"] = [
            {"id": each.address_id, "value": meta_values(each.address)} for each in saved
        ]
    if errors:
        parameters["validation_errors"] = {
            _meta_name(field): said for field, said in errors.items()
        }
    action: Body = {"name": "address_message", "parameters": parameters}
    return _interactive("address_message", words, action)


def meta_values(address: Address) -> dict[str, str]:
    """The fields that Meta's form has, without the empty ones. A written address is its street."""
    given = {
        _meta_name(each.name): getattr(address, each.name)
        for each in fields(Address)
        if each.name not in NOT_IN_FORM
    }
    if address.text and not address.address:
        given["address"] = ", ".join(address.lines)
    return {name: value for name, value in given.items() if value}


def flow(words: str, button: str, *, flow_id: str, token: str, data: Mapping[str, object]) -> Body:
    """A published Flow that opens at its only screen.

    https://developers.facebook.com/docs/whatsapp/flows/guides/sendingaflow
    """
    parameters: Body = {
        "flow_message_version": "3",
        "flow_token": token,
        "flow_id": flow_id,
        "flow_cta": cut(button, TITLE_MAX),
        "mode": "published",
        "flow_action": "navigate",
        "flow_action_payload": {"screen": FLOW_SCREEN, "data": dict(data)},
    }
    return _interactive("flow", words, {"name": "flow", "parameters": parameters})


def location_request(words: str) -> Body:
    """A button that sends where the customer is; they may write instead."""
    return _interactive("location_request_message", words, {"name": "send_location"})


def saved_list(
    words: str, button: str, rows: Sequence[tuple[str, str, str]], *, other: tuple[str, str]
) -> Body:
    """A list of (id, title, description), with a last row for something else."""
    made: list[Body] = [
        {
            "id": row_id,
            "title": cut(title, ROW_TITLE_MAX),
            "description": cut(description, ROW_DESCRIPTION_MAX),
        }
        for row_id, title, description in rows
    ]
    made.append({"id": other[0], "title": cut(other[1], ROW_TITLE_MAX)})
    action: Body = {"button": cut(button, TITLE_MAX), "sections": [{"rows": made}]}
    return _interactive("list", words, action, most=TEXT_MAX)


def _meta_name(field: str) -> str:
    return META_NAMES.get(field, field)


def _interactive(kind: str, words: str, action: Body, *, most: int = BODY_MAX) -> Body:
    interactive = {"type": kind, "body": {"text": cut(words, most)}, "action": action}
    return {"type": "interactive", "interactive": interactive}
