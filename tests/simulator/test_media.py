"""Media: uploaded, sent, fetched in time, and gone."""

import base64
import hashlib
import urllib.error
import urllib.request

import pytest

from dev.simulator.client import Refused, Simulator
from dev.simulator.store import Json
from tests.simulator.harness import (
    ACCESS_TOKEN,
    ASHA,
    PHONE_NUMBER_ID,
    Application,
    Clock,
    Running,
)

BEARER = {"Authorization": f"Bearer {ACCESS_TOKEN}"}
PICTURE = b"\x89PNG picture"


def upload(
    simulator: Running, content: bytes = PICTURE, mime_type: str = "image/png"
) -> tuple[int, Json]:
    boundary = "b0undary"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="messaging_product"\r\n\r\n'
        f"whatsapp\r\n--{boundary}\r\n"
        'Content-Disposition: form-data; name="file"; filename="a.png"\r\n'
        f"Content-Type: {mime_type}\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    headers = BEARER | {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return simulator.call("POST", f"/v26.0/{PHONE_NUMBER_ID}/media", body, headers)


def look(simulator: Running, media_id: str) -> tuple[int, Json]:
    return simulator.call("GET", f"/v26.0/{media_id}", headers=BEARER)


def fetch(url: str, headers: dict[str, str] | None = None) -> bytes:
    request = urllib.request.Request(url, headers=BEARER if headers is None else headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return bytes(response.read())
    except urllib.error.HTTPError as problem:
        with problem:
            return str(problem.code).encode()


def test_what_was_uploaded_is_fetched_with_the_token(simulator: Running) -> None:
    status, uploaded = upload(simulator)
    _, about = look(simulator, uploaded["id"])

    assert status == 200
    assert (about["mime_type"], about["file_size"]) == ("image/png", len(PICTURE))
    assert about["url"].startswith(f"{simulator.url}/media/")
    assert about["sha256"] == hashlib.sha256(PICTURE).hexdigest()
    assert fetch(about["url"]) == PICTURE
    assert fetch(about["url"], {}) == b"401"


def test_an_address_is_good_for_five_minutes(simulator: Running, clock: Clock) -> None:
    _, uploaded = upload(simulator)
    _, about = look(simulator, uploaded["id"])

    clock.now += 5 * 60 + 1

    assert fetch(about["url"]) == b"404"
    assert fetch(look(simulator, uploaded["id"])[1]["url"]) == PICTURE


def test_an_address_cannot_be_made_up(simulator: Running) -> None:
    _, uploaded = upload(simulator)
    url = look(simulator, uploaded["id"])[1]["url"]

    assert fetch(url.partition("?")[0]) == b"404"
    assert fetch(url[:-1] + "x") == b"404"


def test_a_customers_file_is_in_the_webhook_with_its_checksum(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.send_file("asha", "document", b"%PDF-1.7", "application/pdf", filename="bill.pdf")
    phone.wait_until_idle()

    document = application.messages[0]["document"]
    assert document["filename"] == "bill.pdf"
    assert base64.b64decode(document["sha256"]) == hashlib.sha256(b"%PDF-1.7").digest()
    assert fetch(document["url"]) == b"%PDF-1.7"


def test_a_wrong_checksum_can_be_told(
    simulator: Running, phone: Simulator, application: Application
) -> None:
    phone.send_file("asha", "image", PICTURE, "image/png", sha256="bm90IGl0")
    phone.wait_until_idle()

    assert application.messages[0]["image"]["sha256"] == "bm90IGl0"


@pytest.mark.parametrize(("days", "status"), [(6.9, 200), (7.1, 400)])
def test_a_customers_file_is_kept_for_seven_days(
    simulator: Running, phone: Simulator, clock: Clock, days: float, status: int
) -> None:
    sent = phone.send_file("asha", "image", PICTURE, "image/png")
    clock.now += days * 24 * 3600

    assert look(simulator, sent["content"]["image"]["id"])[0] == status


def test_an_uploaded_file_is_kept_for_thirty_days(simulator: Running, clock: Clock) -> None:
    _, uploaded = upload(simulator)
    clock.now += 29 * 24 * 3600
    assert look(simulator, uploaded["id"])[0] == 200
    clock.now += 2 * 24 * 3600

    status, answer = look(simulator, uploaded["id"])

    assert (status, answer["error"]["code"]) == (400, 100)


def test_a_file_can_be_lost(simulator: Running, phone: Simulator) -> None:
    sent = phone.send_file("asha", "image", PICTURE, "image/png")
    media_id = sent["content"]["image"]["id"]

    phone.forget_media(media_id)

    assert look(simulator, media_id)[0] == 400


def test_a_message_uses_only_media_that_is_there(simulator: Running) -> None:
    _, uploaded = upload(simulator)
    picture = {"id": uploaded["id"], "caption": "Look"}

    right, _ = simulator.send({"to": ASHA, "type": "image", "image": picture})
    wrong, answer = simulator.send({"to": ASHA, "type": "image", "image": {"id": "12345"}})

    assert (right, wrong, answer["error"]["code"]) == (200, 400, 100)


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [(b"x" * (5 * 1024 * 1024 + 1), "image/jpeg"), (b"", "image/png"), (b"GIF89a", "image/gif")],
)
def test_a_file_that_meta_does_not_take_is_refused(
    simulator: Running, content: bytes, mime_type: str
) -> None:
    status, answer = upload(simulator, content, mime_type)

    assert (status, answer["error"]["code"]) == (400, 100)


def test_files_outlive_a_restart_and_end_with_a_reset(simulator: Running) -> None:
    _, uploaded = upload(simulator)

    again = simulator.restarted()
    try:
        assert fetch(look(again, uploaded["id"])[1]["url"]) == PICTURE
        again.phone.reset()
        assert look(again, uploaded["id"])[0] == 400
    finally:
        again.stop()


def test_a_kind_of_file_that_there_is_not_is_refused(phone: Simulator) -> None:
    with pytest.raises(Refused, match="kind is one of image"):
        phone.send_file("asha", "hologram", PICTURE, "image/png")


def test_the_phone_number_is_a_node_too_and_others_are_not(simulator: Running) -> None:
    _, number = look(simulator, PHONE_NUMBER_ID)
    status, answer = look(simulator, "1")

    assert number["verified_name"] == "Saffron Lane"
    assert (status, answer["error"]["code"]) == (400, 100)
