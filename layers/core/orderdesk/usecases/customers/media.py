"""Files that customers send: noted, fetched in time, checked, and shown through short-lived links.

Meta keeps a file for seven days and gives it to whoever has the token; we keep our own copy.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import NotFound, Unavailable
from orderdesk.domain.messages.conversation import Media, MediaState
from orderdesk.domain.messages.media import LIMITS, plain_type, problem_of, safe_name

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.usecases.ports import Conversations
    from orderdesk.usecases.ports.media import Download, MediaQueue, MediaShelf, MediaSource

LINK_LASTS: Final = timedelta(minutes=5)
LOOKS: Final = 2  # a download that broke off, or was changed, is tried once more
GONE: Final = "WhatsApp does not have this file any more: ask the customer to send it again."
CHANGED: Final = "What came is not what WhatsApp announced: ask the customer to send it again."


class Outcome(StrEnum):
    """What came of fetching, for the log."""

    STORED = "stored"
    REFUSED = "refused"
    DONE_BEFORE = "done_before"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What it takes to keep files."""

    conversations: Conversations
    source: MediaSource
    shelf: MediaShelf


@dataclass(frozen=True, slots=True)
class MediaLink:
    url: str
    expires_at: datetime


def note_media(message: Message, *, queue: MediaQueue | None) -> None:
    """Have the file of a message fetched, which is on its thread soon. Put twice, it is fetched
    once.

    Raises Unavailable.
    """
    if queue and message.media and message.media.state is MediaState.PENDING:
        queue.put(message)


def fetch(store_id: str, message_id: str, *, archive: Archive) -> Outcome:
    """Keep the file of a message, or note why it is not kept. Safe to repeat.

    Raises Unavailable for another try.
    """
    message = archive.conversations.find(store_id, message_id)
    if message is None:
        # It is queued before it is on its thread; who was erased meanwhile has none.
        raise Unavailable(f"The message {message_id} is not on its thread yet.")
    if message.media is None or message.kind not in LIMITS:
        return Outcome.NOTHING
    if message.media.state is not MediaState.PENDING:
        return Outcome.DONE_BEFORE
    kept = _kept(message, message.media, archive)
    archive.conversations.set_media(store_id, message_id, kept)
    return Outcome.STORED if kept.state is MediaState.STORED else Outcome.REFUSED


def _kept(message: Message, media: Media, archive: Archive) -> Media:
    limit = LIMITS[message.kind]
    for _ in range(LOOKS):
        try:
            download = archive.source.fetch(media.media_id, limit=limit)
        except NotFound:
            return _refused(media, GONE)
        with download.data:
            kept = _judged(message, media, download, archive)
        if kept:
            return kept
    return _refused(media, CHANGED)


def _judged(message: Message, media: Media, download: Download, archive: Archive) -> Media | None:
    """None when it is not what was announced: it may have broken off."""
    declared = media.mime_type or download.mime_type
    problem = problem_of(message.kind, declared, download.beginning, download.size)
    if problem:
        return _refused(replace(media, mime_type=declared, size=download.size), problem)
    if media.sha256 and _digest(media.sha256) != download.sha256:
        return None
    return _stored(message, replace(media, mime_type=declared), download, archive)


def _digest(text: str) -> bytes:
    """Webhooks have it in Base64, Graph in hexadecimal."""
    try:
        return bytes.fromhex(text) if len(text) == SHA256_HEX else base64.b64decode(text)
    except ValueError:
        return b""


SHA256_HEX: Final = 64


def _stored(message: Message, media: Media, download: Download, archive: Archive) -> Media:
    """Under a key that nobody can guess, and that says nothing of what it holds."""
    key = f"{message.store_id}/inbound/{secrets.token_hex(20)}"
    mime_type = plain_type(media.mime_type)
    archive.shelf.put(key, download.data, mime_type=mime_type)
    return replace(
        media,
        mime_type=mime_type,
        size=download.size,
        sha256=download.sha256.hex(),
        state=MediaState.STORED,
        key=key,
        reason="",
    )


def _refused(media: Media, reason: str) -> Media:
    return replace(media, state=MediaState.REFUSED, reason=reason)


def link_to(message: Message, *, shelf: MediaShelf, now: datetime) -> MediaLink:
    """Raises NotFound when there is no file, or not yet; says why."""
    media = message.media
    if media is None:
        raise NotFound(f"The message {message.message_id} has no file.")
    if media.state is MediaState.REFUSED:
        raise NotFound(f"This file is not kept. {media.reason}")
    if media.state is MediaState.PENDING or not media.key:
        raise NotFound("This file is still on its way from WhatsApp: try again in a moment.")
    name = safe_name(media.name or message.kind, media.mime_type)
    url = shelf.link(media.key, name=name, mime_type=media.mime_type, lasts=LINK_LASTS)
    return MediaLink(url, now + LINK_LASTS)
