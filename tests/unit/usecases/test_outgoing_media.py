from dataclasses import replace
from typing import Any

import pytest

from orderdesk.adapters.memory import MemoryConversations, MemoryMediaShelf, MemoryMediaSource
from orderdesk.domain.errors import SendFailed
from orderdesk.domain.messages.conversation import Delivery, Direction, Media, MediaState, Message
from orderdesk.usecases.messages.bodies import Body
from orderdesk.usecases.messages.outgoing_media import attach
from tests.builders import PHONE_NUMBER, STORE, a_message

PDF = b"%PDF-1.7 an invoice"
KEY = f"{STORE}/outbound/abc"
BODY: Body = {"type": "document", "document": {"caption": "Invoice", "filename": "invoice.pdf"}}


class Desk:
    """A shop that has a file to send."""

    def __init__(self) -> None:
        self.conversations = MemoryConversations()
        self.source, self.shelf = MemoryMediaSource(), MemoryMediaShelf()
        self.shelf.files[KEY] = ("application/pdf", PDF)
        media = Media(
            media_id="",
            mime_type="application/pdf",
            name="invoice.pdf",
            state=MediaState.STORED,
            key=KEY,
        )
        self.conversations.append(
            a_message(
                "reply:1",
                kind="document",
                direction=Direction.OUTBOUND,
                delivery=Delivery.PENDING,
                media=media,
            )
        )

    @property
    def message(self) -> Message:
        found = self.conversations.find(STORE, "reply:1")
        assert found is not None
        return found

    def attached(self, message: Message | None = None) -> dict[str, Any]:
        return attach(
            message or self.message,
            BODY,
            source=self.source,
            shelf=self.shelf,
            conversations=self.conversations,
        )


def test_a_file_is_at_meta_before_its_message_leaves() -> None:
    desk = Desk()

    body = desk.attached()

    assert body["document"] == {"id": "media1", "caption": "Invoice", "filename": "invoice.pdf"}
    assert desk.source.uploads == [(PHONE_NUMBER, "application/pdf", "invoice.pdf", PDF)]


def test_a_message_that_is_tried_again_takes_the_file_that_is_there() -> None:
    desk = Desk()

    first, again = desk.attached(), desk.attached()

    assert first == again
    assert len(desk.source.uploads) == 1


def test_a_file_that_is_not_kept_any_more_fails_for_good() -> None:
    desk = Desk()
    desk.shelf.files.clear()

    with pytest.raises(SendFailed) as caught:
        desk.attached()

    assert not caught.value.retry


def test_what_meta_refuses_for_now_is_tried_again() -> None:
    desk = Desk()
    desk.source.failure = SendFailed("busy", error_code=131000, retry=True)

    with pytest.raises(SendFailed) as caught:
        desk.attached()

    assert caught.value.retry
    assert desk.message.media is not None
    assert desk.message.media.media_id == ""


def test_a_message_without_a_file_leaves_as_it_is() -> None:
    desk = Desk()

    assert desk.attached(replace(desk.message, media=None)) == BODY
