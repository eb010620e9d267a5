"""What a message may say only because of what was set up or sent before it."""

from dataclasses import dataclass

from dev.simulator.errors import INVALID_PARAMETER, GraphError
from dev.simulator.flows import Flows
from dev.simulator.media import Media, media_ids_of
from dev.simulator.model import Message
from dev.simulator.orders import Orders, details_of
from dev.simulator.registry import Templates
from dev.simulator.store import Json
from dev.simulator.templates_sent import check_template, guessed_parts, shown_parts
from dev.simulator.world import World


@dataclass(frozen=True, slots=True)
class Contents:
    """Checks Flows, orders and templates by what is known of them."""

    world: World
    flows: Flows
    orders: Orders
    templates: Templates
    media: Media

    def check(self, body: Json) -> Json:
        """The message as the phone shows it.

        Raises GraphError for a Flow's screen, a template or an order that cannot be.
        """
        kind = body.get("type", "text")
        content: Json = {"type": kind, kind: body[kind]}
        if kind == "template":
            content |= self._template(body["template"])
        if body.get("interactive", {}).get("type") == "flow":
            self.flows.check(body["interactive"]["action"]["parameters"])
        order = details_of(body)
        if order:
            self.orders.check(order)
        for media_id in media_ids_of({kind: body[kind]}):
            if self.media.find(media_id) is None:
                words = f"there is no media {media_id}; upload it first"
                raise GraphError(INVALID_PARAMETER, words)
        return content

    def category_of(self, content: Json) -> str:
        """service, or the category of the template."""
        return str(content.get("category", "service"))

    def accepted(self, message: Message) -> None:
        """Keep the order that a message has just sent."""
        order = details_of(message.content)
        if order:
            self.orders.note(message, order)

    def _template(self, sent: Json) -> Json:
        known = self.templates.named(sent["name"])
        template = check_template(known, sent, strict=self.world.switches.strict_templates)
        parts = shown_parts(template, sent) if template else guessed_parts(sent)
        category = template["category"].lower() if template else "utility"
        return {"shown": parts["body"], "parts": parts, "category": category}
