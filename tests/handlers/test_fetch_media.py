"""The handler of the queue of files, fed with a sample of events/."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.fetch_media import app
from orderdesk import wiring
from orderdesk.adapters.memory import MemoryConversations, MemoryMediaShelf, MemoryMediaSource
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.messages.conversation import Media, MediaState
from tests.builders import STORE, a_message

EVENTS = Path(__file__).parents[2] / "events"
EVENT: dict[str, Any] = json.loads((EVENTS / "fetch_media_picture.json").read_text("utf-8"))
JPEG = b"\xff\xd8\xff\xe0 a receipt"


class Desk:
    def __init__(self) -> None:
        self.conversations = MemoryConversations()
        self.media_source, self.media = MemoryMediaSource(), MemoryMediaShelf()
        media = Media(media_id="media1", mime_type="image/jpeg")
        self.conversations.append(a_message("wamid.picture", kind="image", media=media))

    @property
    def state(self) -> MediaState:
        found = self.conversations.find(STORE, "wamid.picture")
        assert found is not None
        assert found.media is not None
        return found.media.state


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    for port in ("conversations", "media_source", "media"):
        monkeypatch.setattr(wiring, port, lambda port=port: getattr(desk, port))
    return desk


def test_a_file_is_fetched(desk: Desk) -> None:
    desk.media_source.files["media1"] = ("image/jpeg", JPEG)

    assert app.handler(EVENT, None) == {"batchItemFailures": []}

    assert desk.state is MediaState.STORED
    assert len(desk.media.files) == 1


def test_what_meta_does_not_give_now_comes_again(desk: Desk) -> None:
    desk.media_source.failure = Unavailable("The file did not come (HTTP 503).")

    failures = app.handler(EVENT, None)["batchItemFailures"]

    assert failures == [{"itemIdentifier": EVENT["Records"][0]["messageId"]}]
    assert desk.state is MediaState.PENDING


def test_what_cannot_be_kept_does_not_come_again(desk: Desk) -> None:
    desk.media_source.files["media1"] = ("image/jpeg", b"<svg/>")

    assert app.handler(EVENT, None) == {"batchItemFailures": []}

    assert desk.state is MediaState.REFUSED
