"""Meta's rules for interactive messages: buttons, lists, links, products.

https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
"""

from collections.abc import Callable

from dev.simulator.checks import distinct, invalid, length, missing, named, one_of, url
from dev.simulator.store import Json
from dev.simulator.validate_address import check_address
from dev.simulator.validate_flow import check_flow
from dev.simulator.validate_order import check_order_details, check_order_status

TEXT_MAX = 4096
BODY_MAX = 1024
SHORT_MAX = 60
BUTTONS_MAX, BUTTON_TITLE_MAX, BUTTON_ID_MAX = 3, 20, 256
SECTIONS_MAX, ROWS_MAX, SECTION_TITLE_MAX = 10, 10, 24
ROW_ID_MAX, ROW_TITLE_MAX, ROW_DESCRIPTION_MAX = 200, 24, 72
PRODUCTS_MAX = 30
HEADERS = ("text", "image", "video", "document")


def check_interactive(content: Json) -> None:
    kind = content.get("type")
    check = INTERACTIVE.get(str(kind))
    if check is None:
        raise invalid("interactive.type", f"{kind!r} is not one of {', '.join(INTERACTIVE)}")
    body = content.get("body", {}).get("text", "")
    length(
        "interactive.body.text",
        body,
        TEXT_MAX if kind == "list" else BODY_MAX,
        least=0 if kind == "product" else 1,
    )
    if "header" in content:
        _header(content["header"])
    if "footer" in content:
        length("interactive.footer.text", content["footer"].get("text", ""), SHORT_MAX)
    action = content.get("action")
    if not isinstance(action, dict):
        raise missing("interactive['action']", "an object")
    check(action)


def _header(header: Json) -> None:
    kind = str(header.get("type"))
    one_of("interactive.header.type", kind, HEADERS)
    if kind == "text":
        length("interactive.header.text", header.get("text", ""), SHORT_MAX)
    elif bool(header.get(kind, {}).get("id")) == bool(header.get(kind, {}).get("link")):
        raise missing(f"interactive['header']['{kind}']", "either a media `id` or a `link`")


def _buttons(action: Json) -> None:
    buttons = action.get("buttons", [])
    if not 1 <= len(buttons) <= BUTTONS_MAX:
        raise invalid("interactive.action.buttons", f"1 to {BUTTONS_MAX} buttons")
    for number, button in enumerate(buttons):
        place, reply = f"interactive.action.buttons[{number}].reply", button.get("reply", {})
        length(f"{place}.id", reply.get("id", ""), BUTTON_ID_MAX)
        length(f"{place}.title", reply.get("title", ""), BUTTON_TITLE_MAX)
    distinct("button id", [button["reply"]["id"] for button in buttons])
    distinct("button title", [button["reply"]["title"] for button in buttons])


def _list(action: Json) -> None:
    length("interactive.action.button", action.get("button", ""), BUTTON_TITLE_MAX)
    sections = action.get("sections", [])
    if not 1 <= len(sections) <= SECTIONS_MAX:
        raise invalid("interactive.action.sections", f"1 to {SECTIONS_MAX} sections")
    for section in sections:
        needed = 1 if len(sections) > 1 else 0
        length("section.title", section.get("title", ""), SECTION_TITLE_MAX, least=needed)
    rows = [row for section in sections for row in section.get("rows", [])]
    if not 1 <= len(rows) <= ROWS_MAX:
        raise invalid("interactive.action.sections.rows", f"1 to {ROWS_MAX} rows in all")
    for row in rows:
        length("row.id", row.get("id", ""), ROW_ID_MAX)
        length("row.title", row.get("title", ""), ROW_TITLE_MAX)
        length("row.description", row.get("description", ""), ROW_DESCRIPTION_MAX, least=0)
    distinct("row id", [row["id"] for row in rows])


def _link(action: Json) -> None:
    named(action, "cta_url")
    parameters = action.get("parameters", {})
    length("parameters.display_text", parameters.get("display_text", ""), BUTTON_TITLE_MAX)
    url("parameters.url", parameters.get("url"))


def _contact(action: Json) -> None:
    named(action, "request_contact_info")


def _catalog_message(action: Json) -> None:
    named(action, "catalog_message")


def _send_location(action: Json) -> None:
    named(action, "send_location")


def _product(action: Json) -> None:
    for name in ("catalog_id", "product_retailer_id"):
        if not action.get(name):
            raise missing(f"action['{name}']", "is required")


def _product_list(action: Json) -> None:
    if not action.get("catalog_id"):
        raise missing("action['catalog_id']", "is required")
    sections = action.get("sections", [])
    items = [item for section in sections for item in section.get("product_items", [])]
    if not 1 <= len(items) <= PRODUCTS_MAX:
        raise invalid("action.sections.product_items", f"1 to {PRODUCTS_MAX} products")


INTERACTIVE: dict[str, Callable[[Json], None]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _link,
    "address_message": check_address,
    "catalog_message": _catalog_message,
    "location_request_message": _send_location,
    "product": _product,
    "product_list": _product_list,
    "flow": check_flow,
    "order_details": check_order_details,
    "order_status": check_order_status,
    "request_contact_info": _contact,
}
