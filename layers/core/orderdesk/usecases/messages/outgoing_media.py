"""Files that the shop sends: put into our bucket, looked at, and given to Meta when they leave."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.errors import Invalid, NotFound, SendFailed
from orderdesk.domain.messages.conversation import Media, MediaState
from orderdesk.domain.messages.media import LIMITS, MIB, SENDABLE, plain_type, problem_of, safe_name

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.usecases.messages.bodies import Body
    from orderdesk.usecases.ports import Conversations, MediaShelf, MediaSource
    from orderdesk.usecases.ports.media import Ticket

UPLOAD_LASTS: Final = timedelta(minutes=5)
MOST: Final = 16 * MIB  # what a function can take and give in one go
MEDIA_ID: Final = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Upload:
    media_id: str
    ticket: Ticket
    expires_at: datetime


def kind_of(mime_type: str) -> str:
    """WhatsApp's type of message for a file. Raises Invalid for what WhatsApp does not take."""
    plain = plain_type(mime_type)
    for kind, types in SENDABLE.items():
        if plain in types:
            return kind
    known = ", ".join(sorted({each for types in SENDABLE.values() for each in types}))
    raise Invalid(
        f"WhatsApp takes no {plain or 'file without a type'}: {known}.", field="mime_type"
    )


def start_upload(
    store_id: str, *, mime_type: str, size: int, shelf: MediaShelf, now: datetime
) -> Upload:
    """Where to PUT a file that is to be sent. Raises Invalid for what WhatsApp does not take."""
    kind = kind_of(mime_type)
    most = min(LIMITS[kind], MOST)
    if not 0 < size <= most:
        raise Invalid(f"A {kind} has 1 to {most:,} bytes.", field="size")
    media_id = secrets.token_hex(20)
    ticket = shelf.ticket(
        _key(store_id, media_id), mime_type=plain_type(mime_type), size=size, lasts=UPLOAD_LASTS
    )
    return Upload(media_id, ticket, now + UPLOAD_LASTS)


def _key(store_id: str, media_id: str) -> str:
    if not MEDIA_ID.fullmatch(media_id):
        raise NotFound(f"There is no file {media_id}: upload it first.")
    return f"{store_id}/outbound/{media_id}"


def file_of(store_id: str, media_id: str, name: str, *, shelf: MediaShelf) -> tuple[str, Media]:
    """The kind of message and the file that was uploaded, once it is what it says.

    Raises NotFound, Invalid, Unavailable.
    """
    key = _key(store_id, media_id)
    found = shelf.look(key)
    if found is None:
        raise NotFound(f"There is no file {media_id}: upload it first.")
    kind, mime_type = kind_of(found.mime_type), plain_type(found.mime_type)
    problem = problem_of(kind, mime_type, found.beginning, found.size)
    if problem or found.size > MOST:
        raise Invalid(problem or f"It has more than {MOST:,} bytes.", field="media_id")
    media = Media(
        media_id="",
        mime_type=mime_type,
        size=found.size,
        name=safe_name(name or kind, mime_type),
        state=MediaState.STORED,
        key=key,
    )
    return kind, media


def attach(
    message: Message,
    body: Body,
    *,
    source: MediaSource,
    shelf: MediaShelf,
    conversations: Conversations,
) -> Body:
    """The body with its file's id at Meta, who gets it now unless it has it already.

    Raises SendFailed, for good when the file is not kept any more, and Unavailable.
    """
    media = message.media
    if media is None or media.state is not MediaState.STORED:
        return body
    if not media.media_id:
        media_id = _uploaded(message, media, source, shelf)
        media = replace(media, media_id=media_id)
        conversations.set_media(message.store_id, message.message_id, media)
    content: Any = body[message.kind]
    return body | {message.kind: {"id": media.media_id, **content}}


def _uploaded(message: Message, media: Media, source: MediaSource, shelf: MediaShelf) -> str:
    try:
        with shelf.open(media.key) as data:
            return source.upload(
                message.phone_number_id, data, mime_type=media.mime_type, name=media.name
            )
    except NotFound as error:
        raise SendFailed(error.message, error_code=None, retry=False) from error
