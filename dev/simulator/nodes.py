"""`GET /{id}`: Graph answers with whatever has that id, media, a template or the phone number."""

from aiohttp import web

from dev.simulator.access import VERSION
from dev.simulator.calls import Calls
from dev.simulator.config import Settings
from dev.simulator.errors import INVALID_PARAMETER, GraphError
from dev.simulator.media import Media
from dev.simulator.registry import Templates
from dev.simulator.store import Json


class Nodes:
    """Looks an id up everywhere; media can be deleted too."""

    def __init__(
        self, settings: Settings, media: Media, templates: Templates, calls: Calls
    ) -> None:
        self._settings = settings
        self._media = media
        self._templates = templates
        self._calls = calls

    def routes(self) -> list[web.RouteDef]:
        node = VERSION + r"/{node:\d+}"
        return [
            web.get(node, self._calls.of(self.node)),
            web.delete(node, self._calls.of(self.remove)),
        ]

    async def node(self, request: web.Request) -> Json:
        node = request.match_info["node"]
        if self._media.find(node):
            return self._media.describe(node, request.host)
        template = self._templates.find(node)
        if template:
            return template
        if node == self._settings.phone_number_id:
            number = {"id": node, "display_phone_number": self._settings.display_phone_number}
            return number | {"verified_name": self._settings.shop_name}
        if node == self._settings.waba_id:
            return {"id": node, "name": self._settings.shop_name}
        raise _nothing(node)

    async def remove(self, request: web.Request) -> Json:
        node = request.match_info["node"]
        if not self._media.find(node):
            raise _nothing(node)
        self._media.forget(node)
        return {"success": True}


def _nothing(node: str) -> GraphError:
    words = f"Unsupported get request. Object with ID '{node}' does not exist"
    return GraphError(INVALID_PARAMETER, f"{node} is not there", message=words)
