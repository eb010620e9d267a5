"""Serves the phone page, its assets and its live stream."""

from pathlib import Path

from aiohttp import web
from jinja2 import Environment

from dev.simulator.live import stream
from dev.simulator.runtime import Parts

STATIC = Path(__file__).parent / "static"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob: http: https:; media-src 'self' http: https:; "
    "style-src 'self' 'unsafe-inline'; frame-src 'self' http: https:; "
    "object-src 'none'; base-uri 'none'"
)


class Phone:
    """The page on which somebody plays a customer, with the simulator's switches beside it."""

    def __init__(self, parts: Parts, pages: Environment) -> None:
        self._parts = parts
        self._pages = pages

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/", self.page),
            web.get("/events", self.events),
            web.static("/static", STATIC),
        ]

    async def page(self, request: web.Request) -> web.Response:
        template = self._pages.get_template("phone.html")
        page = template.render(shop=self._parts.settings.shop_name)
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Cache-Control": "no-store"}
        return web.Response(text=page, content_type="text/html", headers=headers)

    async def events(self, request: web.Request) -> web.StreamResponse:
        return await stream(request, self._parts.world.hub, self._parts.outbox.open_thread)
