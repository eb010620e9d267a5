"""Meta's media and S3, as they answer."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from moto import mock_aws

from orderdesk.adapters.media import GraphMedia, S3MediaShelf, SqsMediaQueue
from orderdesk.domain.errors import NotFound, SendFailed, Unavailable
from tests.builders import a_message

JPEG: Final = b"\xff\xd8\xff\xe0" + b"receipt" * 100_000
BUCKET: Final = "files"
type Reply = tuple[int, bytes]


class Meta:
    """A server on loopback that answers each path with the next of its replies."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.bodies: list[bytes] = []
        self.url = ""

    def answer(self, path: str, status: int, body: bytes | dict[str, Any]) -> None:
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.replies.setdefault(path, []).append((status, text))

    def has_file(self, content: bytes = JPEG) -> None:
        self.answer("/v26.0/77", 200, {"url": f"{self.url}/files/1", "mime_type": "image/jpeg"})
        self.answer("/files/1", 200, content)


@contextmanager
def a_meta() -> Iterator[Meta]:
    meta = Meta()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            meta.asked.append((self.command, self.path, self.headers.get("Authorization", "")))
            if self.command == "POST":
                meta.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            replies = meta.replies[self.path]
            status, body = replies.pop(0) if len(replies) > 1 else replies[0]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except ConnectionError:  # the other side has read enough
                self.close_connection = True

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    meta.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield meta
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def meta() -> Iterator[Meta]:
    with a_meta() as made:
        yield made


def graph(meta: Meta) -> GraphMedia:
    return GraphMedia(f"{meta.url}/v26.0", lambda: "token1")


def test_a_file_is_found_by_id_and_fetched_with_the_token(meta: Meta) -> None:
    meta.has_file()

    found = graph(meta).fetch("77", limit=5_000_000)

    with found.data:
        assert found.data.read() == JPEG
    assert (found.size, found.mime_type) == (len(JPEG), "image/jpeg")
    assert found.sha256 == hashlib.sha256(JPEG).digest()
    assert found.beginning == JPEG[:512]
    assert meta.asked == [
        ("GET", "/v26.0/77", "Bearer token1"),
        ("GET", "/files/1", "Bearer token1"),
    ]


def test_an_address_that_ran_out_is_asked_for_again(meta: Meta) -> None:
    meta.answer("/files/1", 404, b"")
    meta.has_file()

    found = graph(meta).fetch("77", limit=5_000_000)

    found.data.close()
    assert found.size == len(JPEG)
    assert [path for _, path, _ in meta.asked].count("/v26.0/77") == 2


def test_of_a_file_that_is_too_large_no_more_is_read_than_shows_it(meta: Meta) -> None:
    meta.has_file()

    found = graph(meta).fetch("77", limit=1000)

    assert found.size == 1001
    with found.data:
        assert len(found.data.read()) == 1001


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {}),
        (400, {"error": {"code": 100, "message": "Unsupported get request"}}),
        (400, {"error": {"code": 33, "message": "does not exist"}}),
    ],
)
def test_a_file_that_meta_does_not_know_is_gone(
    meta: Meta, status: int, body: dict[str, Any]
) -> None:
    meta.answer("/v26.0/77", status, body)

    with pytest.raises(NotFound):
        graph(meta).fetch("77", limit=1000)


def test_a_file_whose_every_address_has_run_out_is_gone(meta: Meta) -> None:
    meta.answer("/v26.0/77", 200, {"url": f"{meta.url}/files/1"})
    meta.answer("/files/1", 404, b"")

    with pytest.raises(NotFound):
        graph(meta).fetch("77", limit=1000)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"error": {"code": 190, "message": "expired"}}),
        (500, {"error": {"code": 131000}}),
        (429, {"error": {"code": 80007}}),
        (200, {}),
    ],
)
def test_what_may_work_later_is_tried_later(meta: Meta, status: int, body: dict[str, Any]) -> None:
    meta.answer("/v26.0/77", status, body)

    with pytest.raises(Unavailable):
        graph(meta).fetch("77", limit=1000)


def test_a_file_that_breaks_off_is_tried_later(meta: Meta) -> None:
    meta.answer("/v26.0/77", 200, {"url": f"{meta.url}/files/1"})
    meta.answer("/files/1", 503, b"")

    with pytest.raises(Unavailable, match="503"):
        graph(meta).fetch("77", limit=1000)


def test_the_token_goes_to_no_address_without_encryption(meta: Meta) -> None:
    meta.answer("/v26.0/77", 200, {"url": "http://files.example/1"})

    with pytest.raises(Unavailable, match="encryption"):
        graph(meta).fetch("77", limit=1000)


def test_an_upload_says_type_and_name_and_gets_an_id(meta: Meta) -> None:
    meta.answer("/v26.0/106540352242922/media", 200, {"id": "9001"})

    found = graph(meta).upload(
        "106540352242922", BytesIO(b"%PDF-1.7"), mime_type="application/pdf", name="invoice.pdf"
    )

    assert found == "9001"
    (body,) = meta.bodies
    assert b'name="messaging_product"\r\n\r\nwhatsapp' in body
    assert b'filename="invoice.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7' in body


@pytest.mark.parametrize(("status", "code", "retry"), [(500, 131000, True), (400, 131053, False)])
def test_an_upload_that_is_refused_says_whether_to_try_again(
    meta: Meta, status: int, code: int, *, retry: bool
) -> None:
    meta.answer("/v26.0/1/media", status, {"error": {"code": code, "message": "no"}})

    with pytest.raises(SendFailed) as caught:
        graph(meta).upload("1", BytesIO(b"x"), mime_type="image/jpeg", name="a.jpg")

    assert (caught.value.error_code, caught.value.retry) == (code, retry)


@pytest.fixture
def shelf() -> Iterator[S3MediaShelf]:
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET)
        yield S3MediaShelf(s3, BUCKET)


def test_what_was_put_is_seen_and_opened(shelf: S3MediaShelf) -> None:
    shelf.put("main/inbound/1", BytesIO(JPEG), mime_type="image/jpeg")

    found = shelf.look("main/inbound/1")

    assert found is not None
    assert (found.size, found.mime_type) == (len(JPEG), "image/jpeg")
    assert found.beginning == JPEG[:512]
    assert shelf.open("main/inbound/1").read() == JPEG


def test_a_small_file_is_seen_whole(shelf: S3MediaShelf) -> None:
    shelf.put("main/inbound/1", BytesIO(b"%PDF-"), mime_type="application/pdf")

    found = shelf.look("main/inbound/1")

    assert found is not None
    assert (found.size, found.beginning) == (5, b"%PDF-")


def test_what_is_not_there_is_nothing(shelf: S3MediaShelf) -> None:
    assert shelf.look("main/inbound/1") is None
    with pytest.raises(NotFound):
        shelf.open("main/inbound/1")


def test_a_link_makes_the_browser_download_the_file_under_its_checked_type(
    shelf: S3MediaShelf,
) -> None:
    url = shelf.link(
        "main/inbound/1", name="रसीद.jpg", mime_type="image/jpeg", lasts=timedelta(minutes=5)
    )

    asked = parse_qs(urlsplit(url).query)
    assert asked["response-content-type"] == ["image/jpeg"]
    (disposition,) = asked["response-content-disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''%E0%A4%B0")
    lasts = asked.get("X-Amz-Expires", ["300"])
    assert lasts == ["300"]


def test_a_queued_file_is_named_by_its_message() -> None:
    with mock_aws():
        sqs = boto3.client("sqs", region_name="us-east-1")
        url = sqs.create_queue(QueueName="media")["QueueUrl"]

        SqsMediaQueue(sqs, url).put(a_message("wamid.picture"))

        (found,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
        assert json.loads(found["Body"]) == {"store_id": "main", "message_id": "wamid.picture"}
