import base64
import hashlib
from datetime import timedelta

import pytest

from orderdesk.adapters.memory import (
    MemoryConversations,
    MemoryMediaQueue,
    MemoryMediaShelf,
    MemoryMediaSource,
)
from orderdesk.domain.errors import NotFound, Unavailable
from orderdesk.domain.messages.conversation import Media, MediaState, Message
from orderdesk.usecases.customers.media import Archive, Outcome, fetch, link_to, note_media
from tests.builders import NOW, STORE, a_message

JPEG = b"\xff\xd8\xff\xe0 a receipt"


def an_archive() -> Archive:
    return Archive(
        conversations=MemoryConversations(), source=MemoryMediaSource(), shelf=MemoryMediaShelf()
    )


def files_of(archive: Archive) -> dict[str, tuple[str, bytes]]:
    assert isinstance(archive.shelf, MemoryMediaShelf)
    return archive.shelf.files


def meta_has(archive: Archive, content: bytes, mime_type: str = "image/jpeg") -> None:
    assert isinstance(archive.source, MemoryMediaSource)
    archive.source.files["media1"] = (mime_type, content)


def a_picture(archive: Archive, content: bytes = JPEG, **fields: str) -> Message:
    """On the thread, as its webhook announced it."""
    declared = {
        "mime_type": "image/jpeg",
        "sha256": base64.b64encode(hashlib.sha256(content).digest()).decode(),
        "kind": "image",
    } | fields
    kind = declared.pop("kind")
    media = Media(media_id="media1", **declared)  # type: ignore[arg-type]
    message = a_message("wamid.picture", kind=kind, text="", media=media)
    archive.conversations.append(message)
    return message


def kept(archive: Archive) -> Media:
    found = archive.conversations.find(STORE, "wamid.picture")
    assert found is not None
    assert found.media is not None
    return found.media


def test_a_picture_is_kept_under_a_key_that_says_nothing_of_it() -> None:
    archive = an_archive()
    meta_has(archive, JPEG)
    a_picture(archive, name="IMG of Priya.jpg")

    assert fetch(STORE, "wamid.picture", archive=archive) is Outcome.STORED

    media = kept(archive)
    assert (media.state, media.size) == (MediaState.STORED, len(JPEG))
    assert media.key.startswith(f"{STORE}/inbound/")
    assert "Priya" not in media.key
    assert files_of(archive) == {media.key: ("image/jpeg", JPEG)}


def test_a_file_that_was_asked_for_twice_is_fetched_once() -> None:
    archive = an_archive()
    meta_has(archive, JPEG)
    a_picture(archive)

    fetch(STORE, "wamid.picture", archive=archive)

    assert fetch(STORE, "wamid.picture", archive=archive) is Outcome.DONE_BEFORE
    assert len(files_of(archive)) == 1


@pytest.mark.parametrize(
    ("content", "fields", "words"),
    [
        (b"<svg onload=alert(1)>", {}, "content is something else"),
        (b"<svg/>", {"mime_type": "image/svg+xml"}, "not kept"),
        (b"<html>", {"mime_type": "text/html", "kind": "document"}, "not kept"),
        (JPEG + b"x" * 6_000_000, {}, "5,120 KiB"),
        (b"", {}, "empty"),
        (JPEG, {"sha256": base64.b64encode(b"another").decode()}, "not what WhatsApp announced"),
    ],
)
def test_what_is_not_what_it_says_is_refused_with_a_reason(
    content: bytes, fields: dict[str, str], words: str
) -> None:
    archive = an_archive()
    meta_has(archive, content)
    a_picture(archive, content, **fields)

    assert fetch(STORE, "wamid.picture", archive=archive) is Outcome.REFUSED

    media = kept(archive)
    assert media.state is MediaState.REFUSED
    assert words in media.reason
    assert files_of(archive) == {}


def test_a_file_that_meta_has_no_more_is_to_be_sent_again() -> None:
    archive = an_archive()
    a_picture(archive)

    assert fetch(STORE, "wamid.picture", archive=archive) is Outcome.REFUSED
    assert "send it again" in kept(archive).reason


def test_when_meta_does_not_answer_the_file_stays_to_be_fetched() -> None:
    archive = an_archive()
    assert isinstance(archive.source, MemoryMediaSource)
    archive.source.failure = Unavailable("The file did not come (HTTP 503).")
    a_picture(archive)

    with pytest.raises(Unavailable):
        fetch(STORE, "wamid.picture", archive=archive)

    assert kept(archive).state is MediaState.PENDING


def test_a_file_whose_message_is_not_on_its_thread_yet_is_tried_again() -> None:
    with pytest.raises(Unavailable):
        fetch(STORE, "wamid.picture", archive=an_archive())


def test_graphs_own_digest_in_hexadecimal_is_understood() -> None:
    archive = an_archive()
    meta_has(archive, JPEG)
    a_picture(archive, sha256=hashlib.sha256(JPEG).hexdigest())

    assert fetch(STORE, "wamid.picture", archive=archive) is Outcome.STORED


def test_only_a_file_that_is_to_be_fetched_is_queued() -> None:
    queue = MemoryMediaQueue()
    pending = a_message(media=Media(media_id="media1"))

    note_media(pending, queue=queue)
    note_media(a_message(media=Media(media_id="2", state=MediaState.STORED)), queue=queue)
    note_media(a_message(), queue=queue)
    note_media(pending, queue=None)

    assert queue.messages == [pending]


def test_a_link_downloads_the_file_under_a_safe_name_for_five_minutes() -> None:
    archive = an_archive()
    meta_has(archive, JPEG)
    a_picture(archive, name="../receipt.html")
    fetch(STORE, "wamid.picture", archive=archive)
    message = archive.conversations.find(STORE, "wamid.picture")
    assert message is not None

    link = link_to(message, shelf=archive.shelf, now=NOW)

    assert link.expires_at == NOW + timedelta(minutes=5)
    assert link.url.endswith("?name=receipt.jpg&type=image/jpeg")


@pytest.mark.parametrize(
    ("media", "words"),
    [
        (None, "no file"),
        (Media(media_id="1"), "on its way"),
        (Media(media_id="1", state=MediaState.REFUSED, reason="It is empty."), "It is empty."),
    ],
)
def test_there_is_no_link_to_what_is_not_kept(media: Media | None, words: str) -> None:
    with pytest.raises(NotFound, match=words):
        link_to(a_message(media=media), shelf=MemoryMediaShelf(), now=NOW)
