"""Meta's rules for a message that opens a Flow.

https://developers.facebook.com/docs/whatsapp/flows/guides/sendingaflow
"""

import re
from typing import Any

from dev.simulator.checks import invalid, length, missing, named, one_of, only
from dev.simulator.store import Json

CTA_MAX = 20
TOKEN_MAX = 200
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf]")
PARAMETERS = (
    "flow_message_version",
    "flow_token",
    "flow_id",
    "flow_name",
    "flow_cta",
    "mode",
    "flow_action",
    "flow_action_payload",
)


def check_flow(action: Json) -> None:
    """Raise GraphError 100 or 131009, naming the parameter that is wrong."""
    named(action, "flow")
    parameters = action.get("parameters")
    if not isinstance(parameters, dict):
        raise missing("action['parameters']", "an object")
    only("parameters", parameters, PARAMETERS)
    if parameters.get("flow_message_version") != "3":
        raise invalid("parameters.flow_message_version", "must be '3'")
    if bool(parameters.get("flow_id")) == bool(parameters.get("flow_name")):
        raise missing("parameters['flow_id']", "either flow_id or flow_name")
    length("parameters.flow_cta", parameters.get("flow_cta", ""), CTA_MAX)
    if EMOJI.search(parameters["flow_cta"]):
        raise invalid("parameters.flow_cta", "must not have an emoji")
    if "flow_token" in parameters:
        length("parameters.flow_token", parameters["flow_token"], TOKEN_MAX)
    one_of("parameters.mode", parameters.get("mode", "published"), ("draft", "published"))
    _check_action(parameters)


def _check_action(parameters: Json) -> None:
    action = parameters.get("flow_action", "navigate")
    one_of("parameters.flow_action", action, ("navigate", "data_exchange"))
    payload: Any = parameters.get("flow_action_payload")
    if action == "data_exchange":
        if payload is not None:
            raise invalid("parameters.flow_action_payload", "only goes with navigate")
        return
    if "flow_action" in parameters and not isinstance(payload, dict):
        raise missing("parameters['flow_action_payload']", "the first screen")
    if payload is None:
        return
    only("parameters.flow_action_payload", payload, ("screen", "data"))
    length("parameters.flow_action_payload.screen", payload.get("screen", ""), TOKEN_MAX)
    if "data" in payload and not (isinstance(payload["data"], dict) and payload["data"]):
        raise invalid("parameters.flow_action_payload.data", "must be an object that is not empty")
