"""Templates as they are sent: checked against what was approved, and filled in for the phone."""

import re
from typing import Any

from dev.simulator.errors import (
    TEMPLATE_DISABLED,
    TEMPLATE_FORMAT,
    TEMPLATE_MISSING,
    TEMPLATE_PARAMETERS,
    TEMPLATE_PAUSED,
    GraphError,
)
from dev.simulator.registry import ANY_LANGUAGE, APPROVED, DISABLED, PAUSED
from dev.simulator.store import Json
from dev.simulator.template_rules import ORDER_STATUS, VARIABLE, variables

TOO_LONG = 132005
FILLED_MAX = 1024


def check_template(known: list[Json], sent: Json, *, strict: bool) -> Json | None:
    """The approved template that is sent, of those of its name; None for an unknown name.

    Raises GraphError 132001 for an unknown language (and name, when strict), 132015 or 132016 for
    one that is paused or disabled, 132000 and 132012 for parameters that do not fit.
    """
    name, language = sent["name"], sent["language"]["code"]
    if not known and not strict:
        return None
    fitting = [one for one in known if one["language"] in {language, ANY_LANGUAGE}]
    if not fitting:
        words = f"template name ({name}) does not exist in {language}"
        raise GraphError(TEMPLATE_MISSING, words)
    template = fitting[0]
    refused = {PAUSED: TEMPLATE_PAUSED, DISABLED: TEMPLATE_DISABLED}
    if template["status"] != APPROVED:
        code = refused.get(template["status"], TEMPLATE_MISSING)
        raise GraphError(code, f"template {name} ({language}) is {template['status']}")
    for kind in ("HEADER", "BODY"):
        _check_texts(template, sent, kind)
    _check_buttons(template, sent)
    _check_order_status(template, sent)
    filled = shown_parts(template, sent)["body"]
    if len(filled) > FILLED_MAX:
        raise GraphError(TOO_LONG, f"the filled-in body has {len(filled)} characters")
    return template


def shown_parts(template: Json, sent: Json) -> Json:
    """What the phone shows: header, body, footer and buttons, with values in place."""
    buttons = [
        _shown_button(button, _button_parameters(sent, number))
        for number, button in enumerate(_part(template, "BUTTONS").get("buttons", []))
    ]
    header = _part(template, "HEADER")
    media = next((p for p in _parameters(sent, "header") if p.get("type") != "text"), None)
    return {
        "header": _filled(header.get("text", ""), _parameters(sent, "header")),
        "media": media,
        "body": _filled(_part(template, "BODY").get("text", ""), _parameters(sent, "body")),
        "footer": _part(template, "FOOTER").get("text", ""),
        "buttons": buttons,
    }


def guessed_parts(sent: Json) -> Json:
    """What the phone shows of a template that this simulator does not know."""
    values = [_value(one) for one in _parameters(sent, "body")]
    buttons = []
    for component in sent.get("components", []):
        kind = str(component.get("sub_type", "")).upper()
        if kind:
            parameters = component.get("parameters", [])
            text = parameters[0].get("payload", "Open") if parameters else "Open"
            text = "Review and pay" if kind == "ORDER_DETAILS" else text
            buttons.append(_shown_button({"type": kind, "text": text}, parameters))
    body = " · ".join([sent["name"].replace("_", " "), *values])
    return {"header": "", "media": None, "body": body, "footer": "", "buttons": buttons}


def _check_texts(template: Json, sent: Json, kind: str) -> None:
    part, given = _part(template, kind), _parameters(sent, kind.lower())
    if kind == "HEADER" and part.get("format", "TEXT").upper() != "TEXT":
        wanted = part["format"].lower()
        if [one.get("type") for one in given] != [wanted]:
            raise GraphError(TEMPLATE_FORMAT, f"header: Format mismatch, expected {wanted}")
        return
    names = variables(part.get("text", ""))
    if len(names) != len(given):
        details = (
            f"{kind.lower()}: number of localizable_params ({len(given)}) does not match the "
            f"expected number of params ({len(names)})"
        )
        raise GraphError(TEMPLATE_PARAMETERS, details)
    called = [one["parameter_name"] for one in given if "parameter_name" in one]
    if called and set(called) != set(names):
        raise GraphError(TEMPLATE_PARAMETERS, f"parameter_name is one of {', '.join(names)}")
    if not called and any(not name.isdigit() for name in names):
        raise GraphError(TEMPLATE_PARAMETERS, f"parameter_name is needed: {', '.join(names)}")
    for one in given:
        if one.get("type") not in {"text", "currency", "date_time"}:
            raise GraphError(TEMPLATE_FORMAT, f"{kind.lower()}: {one.get('type')} is not a text")


def _check_buttons(template: Json, sent: Json) -> None:
    buttons = _part(template, "BUTTONS").get("buttons", [])
    for component in sent.get("components", []):
        if str(component.get("type", "")).lower() != "button":
            continue
        place, kind = int(component["index"]), str(component["sub_type"]).upper()
        if place >= len(buttons) or str(buttons[place]["type"]).upper() != kind:
            raise GraphError(TEMPLATE_FORMAT, f"buttons: there is no {kind} at index {place}")
    for place, button in enumerate(buttons):
        kind = str(button["type"]).upper()
        needs = kind == "ORDER_DETAILS" or (kind == "URL" and variables(button["url"]))
        if needs and not _button_parameters(sent, place):
            raise GraphError(TEMPLATE_PARAMETERS, f"buttons: index {place} needs a parameter")


def _check_order_status(template: Json, sent: Json) -> None:
    given = any(
        str(one.get("type", "")).lower() == "order_status" for one in sent.get("components", [])
    )
    if given and template.get("sub_category") not in {ORDER_STATUS, None}:
        raise GraphError(TEMPLATE_FORMAT, "order_status: the template is not of that kind")
    if not given and template.get("sub_category") == ORDER_STATUS:
        raise GraphError(TEMPLATE_PARAMETERS, "order_status: the parameter is missing")


def _part(template: Json, kind: str) -> Json:
    parts = template["components"]
    return next((dict(one) for one in parts if str(one["type"]).upper() == kind), {})


def _parameters(sent: Json, kind: str) -> list[Json]:
    components = sent.get("components", [])
    fitting = [one for one in components if str(one.get("type")).lower() == kind]
    return [parameter for one in fitting for parameter in one.get("parameters", [])]


def _button_parameters(sent: Json, place: int) -> list[Json]:
    for component in sent.get("components", []):
        is_button = str(component.get("type", "")).lower() == "button"
        if is_button and str(component.get("index")) == str(place):
            return list(component.get("parameters", []))
    return []


def _shown_button(button: Json, parameters: list[Json]) -> Json:
    shown: Json = {"type": str(button["type"]).upper(), "text": button.get("text", "")}
    if shown["type"] == "URL":
        shown["url"] = _filled(button.get("url", ""), parameters)
    if shown["type"] == "QUICK_REPLY":
        payload = parameters[0].get("payload") if parameters else None
        shown["payload"] = payload or shown["text"]
    if shown["type"] == "PHONE_NUMBER":
        shown["phone_number"] = button.get("phone_number", "")
    return shown


def _filled(text: str, parameters: list[Json]) -> str:
    values = {p.get("parameter_name", str(n)): _value(p) for n, p in enumerate(parameters, 1)}

    def value(match: re.Match[str]) -> str:
        return values.get(match[1], match[0])

    return VARIABLE.sub(value, text)


def _value(parameter: Json) -> str:
    value: Any = parameter.get(parameter.get("type", "text"), "")
    return str(value.get("fallback_value", "")) if isinstance(value, dict) else str(value)
