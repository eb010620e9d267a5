"""Meta's rules for a message that is sent: what must be there and how long it may be.

https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
"""

from collections.abc import Callable
from typing import Any

from dev.simulator.errors import INVALID_PARAMETER, VALUE_INVALID, GraphError
from dev.simulator.store import Json
from dev.simulator.validate_order import check_order_details, check_order_status

TEXT_MAX = 4096
BODY_MAX = 1024
SHORT_MAX = 60
CAPTION_MAX = 1024
BUTTONS_MAX, BUTTON_TITLE_MAX, BUTTON_ID_MAX = 3, 20, 256
SECTIONS_MAX, ROWS_MAX, SECTION_TITLE_MAX = 10, 10, 24
ROW_ID_MAX, ROW_TITLE_MAX, ROW_DESCRIPTION_MAX = 200, 24, 72
PRODUCTS_MAX = 30
CALLBACK_DATA_MAX = 512


def check_message(body: Json) -> None:
    """Raise GraphError 100 or 131009, naming the field, when Meta would refuse the message."""
    if body.get("messaging_product") != "whatsapp":
        raise _missing("messaging_product", "must be 'whatsapp'")
    if len(str(body.get("biz_opaque_callback_data", ""))) > CALLBACK_DATA_MAX:
        raise _invalid("biz_opaque_callback_data", f"at most {CALLBACK_DATA_MAX} characters")
    if not body.get("to") and not body.get("recipient"):
        raise _missing("to", "a phone number in `to` or a user id in `recipient` is required")
    kind = body.get("type", "text")
    check = CHECKS.get(kind)
    if check is None:
        one_of = ", ".join(CHECKS)
        raise GraphError(
            INVALID_PARAMETER,
            f"type is {kind!r}",
            message=f"Param type must be one of {{{one_of}}}",
        )
    content = body.get(kind)
    if not isinstance(content, dict):
        raise _missing(kind, "an object of the message's type is required")
    check(content)


def _text(content: Json) -> None:
    body = content.get("body")
    if not isinstance(body, str) or not body.strip():
        raise _missing("text['body']", "a text that is not empty")
    if len(body) > TEXT_MAX:
        raise GraphError(
            INVALID_PARAMETER,
            f"text.body has {len(body)} characters",
            message=f"Param text['body'] must be at most {TEXT_MAX} characters long.",
        )


def _media(content: Json) -> None:
    if bool(content.get("id")) == bool(content.get("link")):
        raise _missing("id", "either a media `id` or a `link`")
    _length("caption", content.get("caption", ""), CAPTION_MAX, least=0)


def _reaction(content: Json) -> None:
    if not content.get("message_id"):
        raise _missing("reaction['message_id']", "the id of a message")


def _location(content: Json) -> None:
    for name in ("latitude", "longitude"):
        if not isinstance(content.get(name), int | float):
            raise _missing(f"location['{name}']", "a number")


def _template(content: Json) -> None:
    if not content.get("name"):
        raise _missing("template['name']", "the name of an approved template")
    if not isinstance(content.get("language"), dict) or not content["language"].get("code"):
        raise _missing("template['language']['code']", "e.g. en_US")
    if not isinstance(content.get("components", []), list):
        raise _invalid("template.components", "must be a list")


def _interactive(content: Json) -> None:
    kind = content.get("type")
    check = INTERACTIVE.get(str(kind))
    if check is None:
        raise _invalid("interactive.type", f"{kind!r} is not one of {', '.join(INTERACTIVE)}")
    body = content.get("body", {}).get("text", "")
    _length(
        "interactive.body.text",
        body,
        TEXT_MAX if kind == "list" else BODY_MAX,
        least=0 if kind == "product" else 1,
    )
    header = content.get("header", {})
    if header.get("type") == "text":
        _length("interactive.header.text", header.get("text", ""), SHORT_MAX)
    if "footer" in content:
        _length("interactive.footer.text", content["footer"].get("text", ""), SHORT_MAX)
    action = content.get("action")
    if not isinstance(action, dict):
        raise _missing("interactive['action']", "an object")
    check(action)


def _buttons(action: Json) -> None:
    buttons = action.get("buttons", [])
    if not 1 <= len(buttons) <= BUTTONS_MAX:
        raise _invalid("interactive.action.buttons", f"1 to {BUTTONS_MAX} buttons")
    for number, button in enumerate(buttons):
        place, reply = f"interactive.action.buttons[{number}].reply", button.get("reply", {})
        _length(f"{place}.id", reply.get("id", ""), BUTTON_ID_MAX)
        _length(f"{place}.title", reply.get("title", ""), BUTTON_TITLE_MAX)
    _distinct("button id", [button["reply"]["id"] for button in buttons])
    _distinct("button title", [button["reply"]["title"] for button in buttons])


def _list(action: Json) -> None:
    _length("interactive.action.button", action.get("button", ""), BUTTON_TITLE_MAX)
    sections = action.get("sections", [])
    if not 1 <= len(sections) <= SECTIONS_MAX:
        raise _invalid("interactive.action.sections", f"1 to {SECTIONS_MAX} sections")
    for section in sections:
        needed = 1 if len(sections) > 1 else 0
        _length("section.title", section.get("title", ""), SECTION_TITLE_MAX, least=needed)
    rows = [row for section in sections for row in section.get("rows", [])]
    if not 1 <= len(rows) <= ROWS_MAX:
        raise _invalid("interactive.action.sections.rows", f"1 to {ROWS_MAX} rows in all")
    for row in rows:
        _length("row.id", row.get("id", ""), ROW_ID_MAX)
        _length("row.title", row.get("title", ""), ROW_TITLE_MAX)
        _length("row.description", row.get("description", ""), ROW_DESCRIPTION_MAX, least=0)
    _distinct("row id", [row["id"] for row in rows])


def _link(action: Json) -> None:
    _named(action, "cta_url")
    parameters = action.get("parameters", {})
    _length("parameters.display_text", parameters.get("display_text", ""), BUTTON_TITLE_MAX)
    if not str(parameters.get("url", "")).startswith(("https://", "http://")):
        raise _invalid("parameters.url", "must begin with https:// or http://")


def _address(action: Json) -> None:
    _named(action, "address_message")
    country = action.get("parameters", {}).get("country")
    if country != "IN":
        raise _invalid("parameters.country", f"{country!r} is not supported, only 'IN'")


def _catalog_message(action: Json) -> None:
    _named(action, "catalog_message")


def _send_location(action: Json) -> None:
    _named(action, "send_location")


def _product(action: Json) -> None:
    for name in ("catalog_id", "product_retailer_id"):
        if not action.get(name):
            raise _missing(f"action['{name}']", "is required")


def _product_list(action: Json) -> None:
    if not action.get("catalog_id"):
        raise _missing("action['catalog_id']", "is required")
    sections = action.get("sections", [])
    items = [item for section in sections for item in section.get("product_items", [])]
    if not 1 <= len(items) <= PRODUCTS_MAX:
        raise _invalid("action.sections.product_items", f"1 to {PRODUCTS_MAX} products")


def _flow(action: Json) -> None:
    _named(action, "flow")


def _named(action: Json, name: str) -> None:
    if action.get("name") != name:
        raise _invalid("interactive.action.name", f"must be {name!r}")


def _length(place: str, value: Any, most: int, *, least: int = 1) -> None:
    if not isinstance(value, str) or not least <= len(value) <= most:
        length = len(value) if isinstance(value, str) else type(value).__name__
        raise _invalid(place, f"length {length}; min length: {least}, max length: {most}")


def _distinct(what: str, values: list[str]) -> None:
    if len(set(values)) < len(values):
        raise _invalid(what, "must be different from one another")


def _missing(place: str, wanted: str) -> GraphError:
    return GraphError(
        INVALID_PARAMETER, f"{place}: {wanted}", message=f"The parameter {place} is required."
    )


def _invalid(place: str, wanted: str) -> GraphError:
    return GraphError(VALUE_INVALID, f"{place}: {wanted}")


CHECKS: dict[str, Callable[[Json], None]] = {
    "text": _text,
    "interactive": _interactive,
    "template": _template,
    "image": _media,
    "document": _media,
    "audio": _media,
    "video": _media,
    "sticker": _media,
    "reaction": _reaction,
    "location": _location,
}
INTERACTIVE: dict[str, Callable[[Json], None]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _link,
    "address_message": _address,
    "catalog_message": _catalog_message,
    "location_request_message": _send_location,
    "product": _product,
    "product_list": _product_list,
    "flow": _flow,
    "order_details": check_order_details,
    "order_status": check_order_status,
}
