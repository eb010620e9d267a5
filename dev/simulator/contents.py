"""What a message may say only because of what was set up or sent before it."""

from dataclasses import dataclass

from dev.simulator.flows import Flows
from dev.simulator.model import Message
from dev.simulator.orders import Orders, details_of
from dev.simulator.store import Json
from dev.simulator.templates_sent import check_template
from dev.simulator.world import World


@dataclass(frozen=True, slots=True)
class Contents:
    """Checks Flows, orders and templates by what is known of them."""

    world: World
    flows: Flows
    orders: Orders

    def check(self, body: Json) -> None:
        """Raise GraphError for a Flow's screen, a template or an order that cannot be."""
        interactive = body.get("interactive", {})
        if interactive.get("type") == "flow":
            self.flows.check(interactive["action"]["parameters"])
        if body.get("type") == "template":
            check_template(self.world, body["template"])
        order = details_of(body)
        if order:
            self.orders.check(order)

    def accepted(self, message: Message) -> None:
        """Keep the order that a message has just sent."""
        order = details_of(message.content)
        if order:
            self.orders.note(message, order)
