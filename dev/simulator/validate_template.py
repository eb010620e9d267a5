"""Meta's rules for the shape of a template that is sent; templates.py knows what is in it.

https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview
"""

import re
from typing import Any

from dev.simulator.checks import invalid, length, missing, one_of
from dev.simulator.errors import TEMPLATE_WORDS, GraphError
from dev.simulator.store import Json
from dev.simulator.validate_order import check_order_parameters, check_status_parameters

COMPONENTS = ("header", "body", "button", "carousel", "limited_time_offer", "order_status")
SUB_TYPES = ("url", "quick_reply", "catalog", "copy_code", "flow", "order_details", "mpm", "spm")
#: A value may not break the line or hold four spaces in a row.
FORBIDDEN = re.compile(r"[\n\t]| {4,}")
PAYLOAD_MAX = 256


def check_sent_template(content: Json) -> None:
    """Raise GraphError 100, 131009 or 132007, naming what is wrong."""
    if not content.get("name"):
        raise missing("template['name']", "the name of an approved template")
    if not isinstance(content.get("language"), dict) or not content["language"].get("code"):
        raise missing("template['language']['code']", "e.g. en_US")
    components = content.get("components", [])
    if not isinstance(components, list):
        raise invalid("template.components", "must be a list")
    for component in components:
        _component(component)


def _component(component: Json) -> None:
    kind = str(component.get("type", "")).lower()
    one_of("component.type", kind, COMPONENTS)
    parameters = component.get("parameters", [])
    if not isinstance(parameters, list):
        raise invalid(f"{kind}.parameters", "must be a list")
    if kind == "button":
        one_of("button.sub_type", str(component.get("sub_type", "")).lower(), SUB_TYPES)
        if not str(component.get("index", "")).isdigit():
            raise missing("button['index']", "the place of the button, from 0")
    named = [parameter for parameter in parameters if "parameter_name" in parameter]
    if kind == "body" and named and len(named) < len(parameters):
        raise invalid("body.parameters", "named and positional parameters cannot be mixed")
    for parameter in parameters:
        _parameter(kind, parameter)


def _parameter(kind: str, parameter: Json) -> None:
    shape: Any = parameter.get("type")
    if shape == "text":
        length(f"{kind} parameter text", parameter.get("text"), 1024)
        if kind in {"body", "header"} and FORBIDDEN.search(parameter["text"]):
            words = "Param text cannot have new-line/tab characters or more than 4 spaces in a row"
            raise GraphError(TEMPLATE_WORDS, words)
    elif shape == "payload":
        length(f"{kind} parameter payload", parameter.get("payload"), PAYLOAD_MAX)
    elif shape == "action" and "order_details" in parameter.get("action", {}):
        check_order_parameters(parameter["action"]["order_details"])
    elif shape == "order_status":
        check_status_parameters(parameter.get("order_status", {}))
