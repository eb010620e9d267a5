"""The simulator's parts, built once and handed to the HTTP handlers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dev.simulator.calls import Calls
    from dev.simulator.catalog import Catalog
    from dev.simulator.config import Settings
    from dev.simulator.flows import Flows
    from dev.simulator.gateway import Gateway
    from dev.simulator.graph import Graph
    from dev.simulator.inbound import Inbox
    from dev.simulator.media import Media
    from dev.simulator.orders import Orders
    from dev.simulator.outbound import Outbox
    from dev.simulator.pricing import Pricing
    from dev.simulator.registry import Templates
    from dev.simulator.stripe import Stripe
    from dev.simulator.webhooks import Courier
    from dev.simulator.whatsapp_pay import WhatsappPay
    from dev.simulator.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything that one running simulator is made of."""

    settings: Settings
    world: World
    catalog: Catalog
    courier: Courier
    inbox: Inbox
    outbox: Outbox
    calls: Calls
    flows: Flows
    orders: Orders
    templates: Templates
    pricing: Pricing
    whatsapp_pay: WhatsappPay
    graph: Graph
    media: Media
    gateway: Gateway
    stripe: Stripe
