"""Media: uploaded by the application or sent by customers, fetched by id and a short-lived address.

https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
"""

import base64
import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aiohttp import web

from dev.simulator.access import VERSION, authorise
from dev.simulator.calls import Calls
from dev.simulator.config import Settings
from dev.simulator.errors import INVALID_PARAMETER, GraphError
from dev.simulator.store import Json, Store
from dev.simulator.world import World

MEGABYTE = 1024 * 1024
#: What may be uploaded, and how large; a type's `;codecs=` does not count.
LIMITS = {
    "image/jpeg": 5 * MEGABYTE,
    "image/png": 5 * MEGABYTE,
    "image/webp": MEGABYTE // 2,
    "audio/aac": 16 * MEGABYTE,
    "audio/amr": 16 * MEGABYTE,
    "audio/mpeg": 16 * MEGABYTE,
    "audio/mp4": 16 * MEGABYTE,
    "audio/ogg": 16 * MEGABYTE,
    "video/mp4": 16 * MEGABYTE,
    "video/3gpp": 16 * MEGABYTE,
    "text/plain": 100 * MEGABYTE,
    "application/pdf": 100 * MEGABYTE,
    "application/msword": 100 * MEGABYTE,
    "application/vnd.ms-excel": 100 * MEGABYTE,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": 100 * MEGABYTE,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": 100 * MEGABYTE,
}
ADDRESS_SECONDS = 5 * 60
INBOUND_SECONDS, UPLOADED_SECONDS = 7 * 24 * 3600, 30 * 24 * 3600
KINDS = ("image", "document", "audio", "video", "sticker")


class Media:
    """Keeps files in the state folder: a customer's for seven days, an uploaded one for thirty."""

    def __init__(self, settings: Settings, world: World, store: Store, calls: Calls) -> None:
        self._settings = settings
        self._world = world
        self._store = store
        self._calls = calls
        self._folder = settings.state_dir / "media"
        self._kept: dict[str, Json] = {m["id"]: m for m in store.documents("media")}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(VERSION + r"/{phone_number_id:\d+}/media", self._calls.of(self.upload)),
            web.get("/media/{media_id}", self.download),
        ]

    def reset(self) -> None:
        for media_id in self._kept:
            self._file(media_id).unlink(missing_ok=True)
        self._kept.clear()
        self._store.clear("media")

    def keep(self, mime_type: str, content: bytes, *, name: str = "", inbound: bool = False) -> str:
        """Keep a file; returns its media id."""
        media_id = str(secrets.randbelow(9 * 10**15) + 10**15)
        seconds = INBOUND_SECONDS if inbound else UPLOADED_SECONDS
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file(media_id).write_bytes(content)
        self._kept[media_id] = {
            "id": media_id,
            "mime_type": mime_type,
            "name": name,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "until": self._world.now() + seconds,
        }
        self._store.put("media", media_id, self._kept[media_id])
        return media_id

    def find(self, media_id: str) -> Json | None:
        """A file that is still there."""
        found = self._kept.get(media_id)
        return found if found and found["until"] > self._world.now() else None

    def forget(self, media_id: str) -> None:
        """Lose a file, as after its days."""
        self._kept.pop(media_id)
        self._store.delete("media", media_id)
        self._file(media_id).unlink(missing_ok=True)

    def describe(self, media_id: str, host: str) -> Json:
        """`GET /{media_id}`: each call makes a new address, on the host that was asked."""
        found = self._kept[media_id]
        return {
            "messaging_product": "whatsapp",
            "url": self.address(media_id, host),
            "mime_type": found["mime_type"],
            "sha256": found["sha256"],
            "file_size": found["size"],
            "id": media_id,
        }

    def address(self, media_id: str, host: str = "") -> str:
        """Good for five minutes, and only with the token."""
        there = host or f"{self._settings.host}:{self._settings.port}"
        until = int(self._world.now()) + ADDRESS_SECONDS
        return f"http://{there}/media/{media_id}?ext={until}&hash={_hash(media_id, until)}"

    def in_webhook(self, media_id: str) -> Json:
        """The media object of a customer's message, which has the checksum in Base64."""
        found = self._kept[media_id]
        checksum = base64.b64encode(bytes.fromhex(found["sha256"])).decode()
        shown = {"mime_type": found["mime_type"], "sha256": checksum, "id": media_id}
        return shown | {"url": self.address(media_id)}

    async def upload(self, request: web.Request) -> Json:
        form = await request.post()
        upload = form.get("file")
        if form.get("messaging_product") != "whatsapp" or not isinstance(upload, web.FileField):
            raise GraphError(INVALID_PARAMETER, "messaging_product and file are required")
        mime_type = upload.content_type.partition(";")[0].strip()
        if mime_type not in LIMITS:
            words = (
                f"Param file must be a file with one of the following types: {', '.join(LIMITS)}."
            )
            raise GraphError(INVALID_PARAMETER, f"received {mime_type!r}", message=words)
        content = upload.file.read()
        if not 0 < len(content) <= LIMITS[mime_type]:
            words = f"the file has {len(content)} bytes; {mime_type} may have {LIMITS[mime_type]}"
            raise GraphError(INVALID_PARAMETER, words)
        return {"id": self.keep(mime_type, content, name=upload.filename)}

    async def download(self, request: web.Request) -> web.Response:
        """Serve the bytes to who has the token and a fresh address, and to the phone page."""
        media_id = request.match_info["media_id"]
        if request.headers.get("Sec-Fetch-Site") != "same-origin":
            try:
                authorise(request, self._settings.access_token)
            except GraphError as problem:
                return web.json_response(problem.body(), status=problem.http_status)
            if not self._is_fresh(request):
                raise web.HTTPNotFound(text="this address is over; ask Graph for a new one")
        found = self.find(media_id)
        if found is None:
            raise web.HTTPNotFound(text="there is no such media any more")
        headers = {"Content-Disposition": f'inline; filename="{media_id}"'}
        content = self._file(media_id).read_bytes()
        return web.Response(body=content, content_type=found["mime_type"], headers=headers)

    def _is_fresh(self, request: web.Request) -> bool:
        until = request.query.get("ext", "")
        if not until.isdigit() or int(until) < self._world.now():
            return False
        return request.query.get("hash") == _hash(request.match_info["media_id"], int(until))

    def _file(self, media_id: str) -> Path:
        return self._folder / media_id


def media_ids_of(content: Any) -> Iterator[str]:
    """The ids of uploaded media that a message uses, wherever they stand."""
    if isinstance(content, dict):
        for name, value in content.items():
            if name in KINDS and isinstance(value, dict) and value.get("id"):
                yield str(value["id"])
            yield from media_ids_of(value)
    elif isinstance(content, list):
        for one in content:
            yield from media_ids_of(one)


def _hash(media_id: str, until: int) -> str:
    return hashlib.sha256(f"{media_id}#{until}".encode()).hexdigest()[:20]
