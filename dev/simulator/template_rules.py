"""What Meta checks of a template when it is made.

https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/components
"""

import re
from collections.abc import Callable
from typing import Any

from dev.simulator.checks import invalid, length, missing, one_of
from dev.simulator.errors import INVALID_PARAMETER, TEMPLATE_VARIABLES, GraphError
from dev.simulator.store import Json

NAME = re.compile(r"[a-z0-9_]{1,512}")
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2,4})?")
CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")
PARTS = ("HEADER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER")
HEADERS = ("TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION")
BUTTONS = (
    "QUICK_REPLY",
    "URL",
    "PHONE_NUMBER",
    "COPY_CODE",
    "FLOW",
    "ORDER_DETAILS",
    "CATALOG",
    "MPM",
    "SPM",
    "OTP",
    "REQUEST_CONTACT_INFO",
)
BODY_MAX, SHORT_MAX, BUTTON_MAX, BUTTONS_MAX = 1024, 60, 25, 10
URL_MAX, PHONE_MAX = 2000, 20
ORDER_STATUS = "ORDER_STATUS"
VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
#: A variable needs words around it, else the template says nothing.
WORDS_EACH = 2


def check_definition(wanted: Json) -> None:
    """Raise GraphError 100, 131009 or 2388299, naming what is wrong."""
    if not NAME.fullmatch(str(wanted.get("name", ""))):
        raise invalid("name", "1 to 512 of a-z 0-9 _")
    if not LANGUAGE.fullmatch(str(wanted.get("language", ""))):
        raise invalid("language", "a code like en, en_US or pt_BR")
    one_of("category", wanted.get("category"), CATEGORIES)
    one_of("sub_category", wanted.get("sub_category", ORDER_STATUS), (ORDER_STATUS,))
    _components(wanted.get("components"))


def _components(components: Any) -> None:
    if not isinstance(components, list):
        raise missing("components", "a list with a BODY")
    kinds = [str(one.get("type", "")).upper() for one in components]
    for kind in kinds:
        one_of("component.type", kind, PARTS)
        if kinds.count(kind) > 1:
            raise invalid(f"components.{kind}", "is there twice")
    if "BODY" not in kinds:
        raise missing("components", "a BODY")
    for component, kind in zip(components, kinds, strict=True):
        if kind in CHECKS:
            CHECKS[kind](component)


def variables(text: str) -> list[str]:
    """The variables of a text, each once, in order."""
    return list(dict.fromkeys(VARIABLE.findall(text)))


def _header(component: Json) -> None:
    one_of("header.format", str(component.get("format", "")).upper(), HEADERS)
    if component["format"].upper() == "TEXT":
        length("header.text", component.get("text"), SHORT_MAX)
        if len(variables(component["text"])) > 1:
            raise invalid("header.text", "has at most one variable")


def _body(component: Json) -> None:
    text: Any = component.get("text")
    length("body.text", text, BODY_MAX)
    found = variables(text)
    if not found:
        return
    plain = text.strip()
    if plain.startswith("{{") or plain.endswith("}}"):
        raise GraphError(TEMPLATE_VARIABLES)
    if re.search(r"\}\}[ \t]*\{\{", text):
        raise invalid("body.text", "variables stand next to each other")
    positional = [one for one in found if one.isdigit()]
    if positional and positional != [str(n) for n in range(1, len(found) + 1)]:
        raise invalid("body.text", "variables are {{1}}, {{2}}… or all named")
    words = len(VARIABLE.sub("", text).split())
    if words < WORDS_EACH * len(found) + 1:
        raise invalid("body.text", "has too many variables for its length")
    _example(component, found, named=not positional)


def _example(component: Json, found: list[str], *, named: bool) -> None:
    example = component.get("example", {})
    if named:
        given = [one.get("param_name") for one in example.get("body_text_named_params", [])]
        complete = set(given) == set(found)
    else:
        rows = example.get("body_text", [[]])
        complete = bool(rows) and len(rows[0] if isinstance(rows[0], list) else rows) == len(found)
    if not complete:
        words = "body.example: has no value for each variable"
        message = "component of type BODY is missing expected field(s) (example)"
        raise GraphError(INVALID_PARAMETER, words, message=message)


def _footer(component: Json) -> None:
    length("footer.text", component.get("text"), SHORT_MAX)
    if variables(component["text"]):
        raise invalid("footer.text", "has no variables")


def _buttons(component: Json) -> None:
    buttons = component.get("buttons")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= BUTTONS_MAX:
        raise invalid("buttons", f"1 to {BUTTONS_MAX} buttons")
    for button in buttons:
        kind = str(button.get("type", "")).upper()
        one_of("button.type", kind, BUTTONS)
        if kind not in {"CATALOG", "OTP", "COPY_CODE"}:
            length("button.text", button.get("text"), BUTTON_MAX)
        if kind == "URL":
            _url(button)
        if kind == "PHONE_NUMBER":
            length("button.phone_number", button.get("phone_number"), PHONE_MAX)


def _url(button: Json) -> None:
    address = button.get("url", "")
    length("button.url", address, URL_MAX)
    found = variables(address)
    if found and (len(found) > 1 or not address.endswith("}}")):
        raise invalid("button.url", "has one variable, at its end")
    if found and not button.get("example"):
        raise missing("button['example']", "an example of the whole address")


CHECKS: dict[str, Callable[[Json], None]] = {
    "HEADER": _header,
    "BODY": _body,
    "FOOTER": _footer,
    "BUTTONS": _buttons,
}
