"""What stands for a text when a customer's window is closed: a template that Meta has approved.

A template has the lines of our text whose variables are never empty, because Meta fills every
variable or refuses the message. It neither begins nor ends with a variable.

https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from orderdesk.usecases.language.fill import VARIABLE, variables_of
from orderdesk.usecases.language.samples import sample_of
from orderdesk.usecases.language.texts import TEXTS
from orderdesk.usecases.language.words import default_text

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.language.spoken import Spoken
    from orderdesk.usecases.language.words import Words
    from orderdesk.usecases.messages.bodies import Body

# There whenever the text is said.
SURE: Final = frozenset(
    {"amount", "carrier", "contents", "due", "lines", "link", "next", "number", "payment"}
    | {"pickup_code", "reason", "shop", "total", "tracking_number"}
)
# What happens to an order when its customer may not have written for days.
TEMPLATED: Final = (
    *("confirmed", "ready_for_pickup", "shipped", "shipped_by_us", "part_shipped"),
    *("part_shipped_by_us", "rest_shipped", "rest_shipped_by_us", "tracking_changed"),
    *("tracking_changed_by_us", "delivered", "picked_up", "on_hold", "goes_on", "cancelled"),
    *("cancelled_as_asked", "rejected", "not_delivered", "returned", "return_received"),
    *("payment_link", "payment_received", "claim_declined", "refunded", "lines_changed"),
)
# A link stands in the text: the button of a template leads to one site only.
MORE: Final = {"payment_link": "\n{link}"}
NOTHING: Final = "–"
# Meta refuses a body that is hardly more than its variables (2388293).
WORDS_PER_VARIABLE: Final = 3


def template_of(words: Words, spoken: Spoken, order: Order | None = None) -> Body | None:
    """The body of the shop's template for this message; None when it has named none."""
    name = words.store.policy.speech.templates.get(spoken.purpose, "")
    if not name or spoken.purpose not in TEMPLATED:
        return None
    parameters = [
        {"type": "text", "parameter_name": each, "text": _on_one_line(words, each, order, spoken)}
        for each in template_variables(spoken.purpose)
    ]
    content: Body = {"name": name, "language": {"code": words.language}}
    if parameters:
        content["components"] = [{"type": "body", "parameters": parameters}]
    return {"type": "template", "template": content}


def template_variables(name: str) -> tuple[str, ...]:
    """Those that a template for this text has, by name."""
    return variables_of(_lines(default_text("en", name), name))


def definition(words: Words, name: str, template: str) -> dict[str, Any]:
    """What Meta is asked to approve, under the name `template`, in the words' language.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/components
    """
    text = _lines(default_text(words.language, name), name)
    names = variables_of(text)
    if text.endswith("}") or len(text.split()) < WORDS_PER_VARIABLE * (len(names) + 1):
        text = f"{text}\n{words.part('questions')}"
    body: dict[str, Any] = {"type": "BODY", "text": VARIABLE.sub(r"{{\1}}", text)}
    if names:
        examples = [
            {"param_name": each, "example": _flat(sample_of(words, each))} for each in names
        ]
        body["example"] = {"body_text_named_params": examples}
    return {
        "name": template,
        "language": words.language,
        "category": TEXTS[name].category.upper(),
        "parameter_format": "NAMED",
        "components": [body],
    }


def _lines(text: str, name: str) -> str:
    kept = (
        line
        for line in (text + MORE.get(name, "")).split("\n")
        if all(each in SURE for each in VARIABLE.findall(line))
    )
    return "\n".join(kept)


def _on_one_line(words: Words, variable: str, order: Order | None, spoken: Spoken) -> str:
    return _flat(words.value(variable, order, **spoken.own)) or NOTHING


def _flat(value: str) -> str:
    """Meta refuses line breaks in a variable."""
    return " ".join(", ".join(value.split("\n")).split())
