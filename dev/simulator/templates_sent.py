"""Templates as they are sent: their parameters checked and filled in, for those that are known."""

import re

from dev.simulator.errors import TEMPLATE_MISSING, TEMPLATE_PARAMETERS, GraphError
from dev.simulator.store import Json
from dev.simulator.world import World

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def check_template(world: World, template: Json) -> None:
    """Raise GraphError 132001 for an unknown name (when strict), 132000 for a wrong count."""
    text = world.templates.get(template["name"])
    if text is None:
        if world.switches.strict_templates:
            raise GraphError(TEMPLATE_MISSING, f"template name ({template['name']})")
        return
    wanted, given = len(set(PLACEHOLDER.findall(text))), len(_body_parameters(template))
    if wanted != given:
        details = f"body: number of localizable_params ({given}) does not match ({wanted})"
        raise GraphError(TEMPLATE_PARAMETERS, details)


def as_shown(world: World, content: Json) -> Json:
    """Add to a template message the text that the phone shows."""
    if content["type"] != "template":
        return content
    template = content["template"]
    text = world.templates.get(template["name"])
    parameters = _body_parameters(template)
    values = {p.get("parameter_name", str(n)): _value(p) for n, p in enumerate(parameters, 1)}
    if text is None:
        return content | {
            "shown": " · ".join([template["name"].replace("_", " "), *values.values()])
        }
    return content | {"shown": PLACEHOLDER.sub(lambda m: values.get(m[1], m[0]), text)}


def _body_parameters(template: Json) -> list[Json]:
    components = template.get("components", [])
    bodies = [c for c in components if str(c.get("type")).lower() == "body"]
    return [parameter for body in bodies for parameter in body.get("parameters", [])]


def _value(parameter: Json) -> str:
    value = parameter.get(parameter.get("type", "text"), "")
    return str(value.get("fallback_value", "")) if isinstance(value, dict) else str(value)
