"""The catalog's edge of the Graph API; Meta counts its calls apart from those of messages."""

from aiohttp import web

from dev.simulator.access import VERSION
from dev.simulator.calls import Calls
from dev.simulator.catalog import Catalog
from dev.simulator.errors import CATALOG_LIMIT, INVALID_PARAMETER, GraphError
from dev.simulator.store import Json
from dev.simulator.world import World


class Products:
    """`GET /{catalog_id}/products`."""

    def __init__(self, world: World, catalog: Catalog, calls: Calls) -> None:
        self._world = world
        self._catalog = catalog
        self._calls = calls

    def routes(self) -> list[web.RouteDef]:
        return [web.get(VERSION + r"/{catalog_id:\d+}/products", self._calls.of(self.products))]

    async def products(self, request: web.Request) -> Json:
        if self._world.switches.catalog_limit:
            raise GraphError(CATALOG_LIMIT)
        catalog_id = request.match_info["catalog_id"]
        if catalog_id != self._catalog.id:
            words = f"Unsupported get request. Object with ID '{catalog_id}' does not exist"
            raise GraphError(INVALID_PARAMETER, f"catalog_id: {catalog_id}", message=words)
        return self._catalog.answer(dict(request.query))
