"""Media: uploaded by the application or sent by customers, fetched back by id and address."""

import hashlib
import secrets

from aiohttp import web

from dev.simulator.access import VERSION, authorise
from dev.simulator.config import Settings
from dev.simulator.errors import INVALID_PARAMETER, VALUE_INVALID, GraphError
from dev.simulator.store import Json

MEDIA_MAX = 16 * 1024 * 1024


class Media:
    """Keeps media in memory for as long as the simulator runs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kept: dict[str, tuple[str, bytes]] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(VERSION + r"/{phone_number_id:\d+}/media", self.upload),
            web.get(VERSION + r"/{node:\d+}", self.node),
            web.get("/media/{media_id}", self.download),
        ]

    def keep(self, mime_type: str, content: bytes) -> str:
        media_id = str(secrets.randbelow(9 * 10**15) + 10**15)
        self._kept[media_id] = (mime_type, content)
        return media_id

    def describe(self, media_id: str) -> Json:
        mime_type, content = self._kept[media_id]
        return {
            "messaging_product": "whatsapp",
            "url": f"{self._settings.base_url}/media/{media_id}",
            "mime_type": mime_type,
            "sha256": hashlib.sha256(content).hexdigest(),
            "file_size": len(content),
            "id": media_id,
        }

    async def upload(self, request: web.Request) -> web.Response:
        try:
            authorise(request, self._settings.access_token)
            form = await request.post()
            upload = form.get("file")
            if form.get("messaging_product") != "whatsapp" or not isinstance(upload, web.FileField):
                raise GraphError(INVALID_PARAMETER, "messaging_product and file are required")
            content = upload.file.read()
            if len(content) > MEDIA_MAX:
                raise GraphError(VALUE_INVALID, f"the file is over {MEDIA_MAX} bytes")
        except GraphError as problem:
            return web.json_response(problem.body(), status=problem.http_status)
        return web.json_response({"id": self.keep(upload.content_type, content)})

    async def node(self, request: web.Request) -> web.Response:
        """Answer `GET /{media_id}` with the media's address, else a phone number's own fields."""
        node = request.match_info["node"]
        try:
            authorise(request, self._settings.access_token)
        except GraphError as problem:
            return web.json_response(problem.body(), status=problem.http_status)
        if node in self._kept:
            return web.json_response(self.describe(node))
        number = {"id": node, "display_phone_number": self._settings.display_phone_number}
        return web.json_response(number | {"verified_name": self._settings.shop_name})

    async def download(self, request: web.Request) -> web.Response:
        """Serve the bytes to who has the token, and to the phone page, which needs none."""
        if request.headers.get("Sec-Fetch-Site") != "same-origin":
            try:
                authorise(request, self._settings.access_token)
            except GraphError as problem:
                return web.json_response(problem.body(), status=problem.http_status)
        found = self._kept.get(request.match_info["media_id"])
        if found is None:
            raise web.HTTPNotFound(text="no such media; it is kept until the simulator stops")
        return web.Response(body=found[1], content_type=found[0])
