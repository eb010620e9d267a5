"""Files of messages, in memory."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from orderdesk.domain.errors import NotFound
from orderdesk.domain.messages.media import BEGINNING
from orderdesk.usecases.ports.media import Download, Stored, Ticket

if TYPE_CHECKING:
    from datetime import timedelta

    from orderdesk.domain.messages.conversation import Message


class MemoryMediaSource:
    """`files` are what Meta has, by media id: type and content. `failure` is raised instead."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[str, bytes]] = {}
        self.uploads: list[tuple[str, str, str, bytes]] = []
        self.failure: Exception | None = None

    def fetch(self, media_id: str, *, limit: int) -> Download:
        if self.failure:
            raise self.failure
        if media_id not in self.files:
            raise NotFound(f"WhatsApp has no file {media_id}.")
        mime_type, content = self.files[media_id]
        read = content[: limit + 1]
        return Download(
            data=BytesIO(read),
            size=len(read),
            sha256=hashlib.sha256(read).digest(),
            beginning=read[:BEGINNING],
            mime_type=mime_type,
        )

    def upload(self, phone_number_id: str, data: BinaryIO, *, mime_type: str, name: str) -> str:
        if self.failure:
            raise self.failure
        self.uploads.append((phone_number_id, mime_type, name, data.read()))
        return f"media{len(self.uploads)}"


class MemoryMediaShelf:
    def __init__(self) -> None:
        self.files: dict[str, tuple[str, bytes]] = {}

    def put(self, key: str, data: BinaryIO, *, mime_type: str) -> None:
        self.files[key] = (mime_type, data.read())

    def look(self, key: str) -> Stored | None:
        if key not in self.files:
            return None
        mime_type, content = self.files[key]
        return Stored(size=len(content), mime_type=mime_type, beginning=content[:BEGINNING])

    def delete(self, key: str) -> None:
        self.files.pop(key, None)

    def open(self, key: str) -> BinaryIO:
        if key not in self.files:
            raise NotFound("This file is not kept any more.")
        return BytesIO(self.files[key][1])

    def link(self, key: str, *, name: str, mime_type: str, lasts: timedelta) -> str:
        return f"https://files.example/{key}?name={quote(name)}&type={quote(mime_type)}"

    def ticket(self, key: str, *, mime_type: str, size: int, lasts: timedelta) -> Ticket:
        headers = {"content-type": mime_type, "content-length": str(size)}
        return Ticket(url=f"https://files.example/{key}", headers=headers)


class MemoryMediaQueue:
    """`messages` are those whose file is to be fetched, in the order in which they were put."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def put(self, message: Message) -> None:
        self.messages.append(message)
