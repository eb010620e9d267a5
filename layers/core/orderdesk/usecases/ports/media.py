"""Pictures and files: at Meta, on their way, and kept by us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from datetime import timedelta

    from orderdesk.domain.messages.conversation import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file as it came: `data` stands at its beginning. `size` is in bytes; where there is more
    than was asked for, `data` is cut and `size` is beyond it.
    """

    data: BinaryIO
    size: int
    sha256: bytes
    beginning: bytes
    mime_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What is kept under a key; `mime_type` is as its sender declared it."""

    size: int
    mime_type: str
    beginning: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Where to PUT a file, with which headers."""

    url: str
    headers: dict[str, str]


class MediaSource(Protocol):
    """Meta's media, by id."""

    def fetch(self, media_id: str, *, limit: int) -> Download:
        """The file, of which at most `limit` bytes are read. Raises NotFound, Unavailable."""
        ...

    def upload(self, phone_number_id: str, data: BinaryIO, *, mime_type: str, name: str) -> str:
        """Its id at Meta, for 30 days. Raises SendFailed: with `retry` for another try."""
        ...


class MediaShelf(Protocol):
    """Our own copies, which nobody can read without a link that ends soon."""

    def put(self, key: str, data: BinaryIO, *, mime_type: str) -> None:
        """Raises Unavailable."""
        ...

    def look(self, key: str) -> Stored | None:
        """None for nothing. Raises Unavailable."""
        ...

    def delete(self, key: str) -> None:
        """What is gone already is gone. Raises Unavailable."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Raises NotFound, Unavailable."""
        ...

    def link(self, key: str, *, name: str, mime_type: str, lasts: timedelta) -> str:
        """An address that downloads the file under this name and type, and never shows it."""
        ...

    def ticket(self, key: str, *, mime_type: str, size: int, lasts: timedelta) -> Ticket:
        """What it takes to put a file there from outside, of this type and size only."""
        ...


class MediaQueue(Protocol):
    """Messages whose file is still to be fetched."""

    def put(self, message: Message) -> None:
        """Raises Unavailable."""
        ...
