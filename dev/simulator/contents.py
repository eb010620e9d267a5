"""What a message may say only because of what was set up or sent before it."""

from dataclasses import dataclass

from dev.simulator.flows import Flows
from dev.simulator.store import Json
from dev.simulator.templates_sent import check_template
from dev.simulator.world import World


@dataclass(frozen=True, slots=True)
class Contents:
    """Checks Flows and templates by what is registered."""

    world: World
    flows: Flows

    def check(self, body: Json) -> None:
        """Raise GraphError for a Flow's screen or a template that is not there."""
        interactive = body.get("interactive", {})
        if interactive.get("type") == "flow":
            self.flows.check(interactive["action"]["parameters"])
        if body.get("type") == "template":
            check_template(self.world, body["template"])
