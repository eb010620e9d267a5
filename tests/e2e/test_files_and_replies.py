"""Files and replies between a phone and the staff, over the deployed stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest

from tests.shop import wait_for

if TYPE_CHECKING:
    from tests.shop import Shop

pytestmark = pytest.mark.e2e

JPEG: Final = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"a receipt " * 2000
PDF: Final = b"%PDF-1.7 an invoice"


def customer_of(shop: Shop, message: dict[str, Any]) -> str:
    """Our id of who sent the message, as soon as it is on their thread."""
    found = wait_for(lambda: shop.conversations.find("main", message["id"]), "the message")
    customer_id: str = found.customer_id
    return customer_id


def file_of(shop: Shop, customer_id: str, message_id: str) -> dict[str, Any]:
    """The message's file once it was looked at, as the API shows it."""

    def look() -> dict[str, Any] | None:
        thread = shop.api.get(f"/api/customers/{customer_id}/messages").json()
        (media,) = [e["media"] for e in thread["messages"] if e["message_id"] == message_id]
        return media if media["state"] != "pending" else None

    found: dict[str, Any] = wait_for(look, "the file")
    return found


def test_a_picture_is_kept_and_downloaded_through_a_link(shop: Shop) -> None:
    phone = shop.customer("Sends a picture")
    sent = shop.phone.send_file(phone, "image", JPEG, "image/jpeg", caption="My receipt")
    customer_id = customer_of(shop, sent)

    media = file_of(shop, customer_id, sent["id"])

    assert (media["state"], media["size"], media["mime_type"]) == (
        "stored",
        len(JPEG),
        "image/jpeg",
    )
    link = shop.api.post("/api/messages/media", json={"message_id": sent["id"]}).json()
    answer = httpx.get(link["url"])
    assert answer.content == JPEG
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert httpx.get(link["url"].partition("?")[0]).status_code == 403


def test_a_page_that_says_it_is_a_picture_is_not_kept(shop: Shop) -> None:
    phone = shop.customer("Sends a page")
    page = b"<html><script>alert(1)</script></html>"
    sent = shop.phone.send_file(phone, "image", page, "image/jpeg")

    media = file_of(shop, customer_of(shop, sent), sent["id"])

    assert media["state"] == "refused"
    assert "something else" in media["reason"]
    link = shop.api.post("/api/messages/media", json={"message_id": sent["id"]})
    assert link.status_code == 404


def test_a_reply_and_a_file_reach_the_phone_and_are_counted(shop: Shop) -> None:
    phone = shop.customer("Asks for an invoice")
    asked = shop.phone.text(phone, "Can I have an invoice, please?")
    customer_id = customer_of(shop, asked)
    path = f"/api/customers/{customer_id}/messages"
    wanted = {"mime_type": "application/pdf", "size": len(PDF)}
    upload = shop.api.post("/api/media", json=wanted).json()
    to = upload["upload"]
    assert httpx.put(to["url"], content=PDF, headers=to["headers"]).status_code == 200

    text = shop.api.post(
        path, json={"type": "text", "text": "Here you are.", "reply_to": asked["id"]}
    )
    file = shop.api.post(
        path, json={"type": "media", "media_id": upload["media_id"], "name": "invoice.pdf"}
    )

    assert (text.status_code, file.status_code) == (202, 202)
    said = shop.phone.wait_for_message(phone, lambda each: "Here you are." in str(each))
    assert asked["id"] in str(said)
    shop.phone.wait_for_message(phone, lambda each: "invoice.pdf" in str(each))

    def priced() -> list[dict[str, Any]] | None:
        messages = shop.api.get(path).json()["messages"]
        ours = [each for each in messages if each["purpose"] == "staff_reply"]
        done = all(each["category"] == "service" for each in ours)
        return ours if done else None

    found = wait_for(priced, "the prices")
    assert [each["sent_by"][:4] for each in found] == ["key:", "key:"]
    month = shop.api.get("/api/costs").json()
    replies = [each for each in month["by_purpose"] if each["name"] == "staff_reply"]
    assert [each["messages"] for each in replies] == [2]
