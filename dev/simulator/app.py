"""Builds the simulator's web application and keeps its background work running."""

import asyncio
import contextlib
import mimetypes
import time
from collections.abc import AsyncIterator, Callable

from aiohttp import web
from jinja2 import Environment, PackageLoader, select_autoescape

from dev.simulator.calls import Calls
from dev.simulator.catalog import Catalog
from dev.simulator.config import DEMO, Settings
from dev.simulator.contents import Contents
from dev.simulator.control import Control, answer_errors
from dev.simulator.control_meta import MetaControl
from dev.simulator.flows import Flows
from dev.simulator.gateway import OPEN, Gateway
from dev.simulator.graph import Graph
from dev.simulator.inbound import Inbox
from dev.simulator.live import Hub
from dev.simulator.media import Media
from dev.simulator.nodes import Nodes
from dev.simulator.orders import Orders
from dev.simulator.outbound import Outbox
from dev.simulator.payments import Payments
from dev.simulator.phone import Phone
from dev.simulator.pricing import Pricing
from dev.simulator.products import Products
from dev.simulator.registry import Templates
from dev.simulator.runtime import Parts
from dev.simulator.store import Store
from dev.simulator.stripe import Stripe
from dev.simulator.stripe_api import StripeApi
from dev.simulator.webhooks import Courier
from dev.simulator.whatsapp_pay import WhatsappPay
from dev.simulator.world import World

BODY_MAX = 20 * 1024 * 1024
EXPIRY_CHECK_SECONDS = 2


def build_app(settings: Settings, clock: Callable[[], float] = time.time) -> web.Application:
    """Return the application; it opens its store and starts delivering when it is run."""
    store, hub = Store(settings.state_dir), Hub()
    world = World(store, hub, clock)
    catalog = Catalog.read(settings.catalog, store, picture_base=settings.base_url)
    courier = Courier(settings, world, store)
    orders, calls = Orders(world, store), Calls(settings, world)
    pricing = Pricing(world, store)
    outbox = Outbox(settings, world, courier, orders, pricing)
    templates = Templates(world, store, courier, calls, settings.templates)
    flows = Flows(store, calls, settings.flows)
    media = Media(settings, world, store, calls)
    contents = Contents(world, flows, orders, templates, media)
    parts = Parts(
        settings=settings,
        world=world,
        catalog=catalog,
        courier=courier,
        inbox=Inbox(settings, world, courier),
        outbox=outbox,
        calls=calls,
        flows=flows,
        orders=orders,
        templates=templates,
        pricing=pricing,
        whatsapp_pay=WhatsappPay(settings, world, courier, orders, calls),
        graph=Graph(settings, world, outbox, calls, contents),
        media=media,
        gateway=Gateway(settings, world, courier),
        stripe=Stripe(settings, world, store, courier),
    )
    pages = Environment(loader=PackageLoader("dev.simulator"), autoescape=select_autoescape())
    app = web.Application(client_max_size=BODY_MAX, middlewares=[answer_errors])
    app.add_routes(media.routes())
    app.add_routes(Nodes(settings, media, templates, calls).routes())
    app.add_routes(Products(world, catalog, calls).routes())
    app.add_routes(parts.flows.routes())
    app.add_routes(parts.templates.routes())
    app.add_routes(parts.whatsapp_pay.routes())
    app.add_routes(parts.graph.routes())
    app.add_routes(Payments(settings, world, parts.gateway, pages).routes())
    app.add_routes(StripeApi(settings, world, parts.stripe, pages).routes())
    app.add_routes(MetaControl(parts).routes())
    app.add_routes(Control(parts).routes())
    app.add_routes(Phone(parts, pages).routes())
    # Without this, a machine that has no mime.types file serves pictures as plain bytes.
    mimetypes.add_type("image/svg+xml", ".svg")
    app.router.add_static("/pictures", DEMO / "pictures")
    app.cleanup_ctx.append(_running(parts, store))
    app.on_shutdown.append(_close_streams(hub))
    return app


def _running(parts: Parts, store: Store) -> Callable[[web.Application], AsyncIterator[None]]:
    async def context(app: web.Application) -> AsyncIterator[None]:
        await parts.courier.start()
        parts.outbox.resume()
        expiring = asyncio.create_task(_expire_links(parts))
        yield
        expiring.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await expiring
        await parts.outbox.stop()
        await parts.courier.stop()
        store.close()

    return context


def _close_streams(hub: Hub) -> Callable[[web.Application], asyncio.Future[None]]:
    async def close(app: web.Application) -> None:
        hub.close()

    return lambda app: asyncio.ensure_future(close(app))


async def _expire_links(parts: Parts) -> None:
    while True:
        await asyncio.sleep(EXPIRY_CHECK_SECONDS)
        parts.stripe.expire_those_whose_time_is_over()
        for link in list(parts.world.links.values()):
            if link.entity["status"] == OPEN:
                # Looking a link up expires it when its time is over.
                parts.gateway.find(link.id)
