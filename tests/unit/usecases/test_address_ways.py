"""The chain in which a customer is asked for an address, as a table of sentences."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from orderdesk.adapters.pages import SignedPages
from orderdesk.domain.messages.conversation import Delivery, Direction
from orderdesk.domain.orders.order import Contact, Order
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.people.address import Problem, with_problems
from orderdesk.domain.people.customer import Customer, save_address
from orderdesk.domain.shop.policy import Policy, Store
from orderdesk.usecases.messages.address_question import (
    Asked,
    address_question,
    next_question,
    opening_of,
)
from orderdesk.usecases.messages.address_ways import KINDS, Way, next_way, way_of, ways
from orderdesk.usecases.messages.bodies import Body, words_of
from orderdesk.usecases.ports.pages import Purpose
from tests.builders import NOW, a_customer, a_message, a_store, an_address, an_order

PAGES = SignedPages("https://shop.example", lambda: "key")
WITH_FLOW = Policy(flow_id="4711")
HOME = an_address()
WORK = an_address(address="Nagar Road", house_number="7", postal_code="411014")
BRITISH = {"phone": "447700900142"}
USERNAME_ONLY = {"phone": "", "user_id": "IN.33180925746610458207"}
AMERICAN_USERNAME = {"phone": "", "user_id": "US.60733129984405127781"}


def saved(*addresses: Any, **fields: Any) -> Customer:
    customer = a_customer(**fields)
    for address in addresses:
        customer = save_address(customer, address, now=NOW)
    return customer


@dataclass(frozen=True)
class Case:
    """A customer of a shop, and the ways to ask them in their order."""

    says: str
    ways: str
    customer: Customer = field(default_factory=a_customer)
    store: Store = field(default_factory=a_store)
    order: Order = field(default_factory=an_order)
    linked: bool = True


CASES = [
    Case("an Indian number gets India's form, then the page", "address_message form_page text"),
    Case(
        "a shop with a Flow has it behind India's form",
        "address_message flow form_page text",
        store=a_store(policy=WITH_FLOW),
    ),
    Case(
        "a saved address comes before every form",
        "saved address_message form_page text",
        customer=saved(HOME),
    ),
    Case(
        "the address that the order has is not offered again",
        "address_message form_page text",
        customer=saved(HOME),
        order=an_order(address=HOME),
    ),
    Case(
        "another saved one is offered when the address is to be changed",
        "saved address_message form_page text",
        customer=saved(HOME, WORK),
        order=an_order(address=HOME),
    ),
    Case(
        "what has to be put right is asked for in a form",
        "address_message form_page text",
        customer=saved(HOME),
        order=an_order(address=with_problems(WORK, {"postal_code": Problem.NOT_SERVED})),
    ),
    Case(
        "a British number has no form of Meta's", "form_page text", customer=a_customer(**BRITISH)
    ),
    Case(
        "a British number gets the Flow of the shop",
        "flow form_page text",
        customer=a_customer(**BRITISH),
        store=a_store(policy=WITH_FLOW),
    ),
    Case(
        "a username shows its country",
        "address_message form_page text",
        customer=a_customer(**USERNAME_ONLY),
    ),
    Case(
        "an American username too",
        "form_page text",
        customer=a_customer(**AMERICAN_USERNAME),
    ),
    Case("Meta's form is for shops in India", "form_page text", store=a_store(country="GB")),
    Case("without links there are words", "text", customer=a_customer(**BRITISH), linked=False),
    Case(
        "a Flow needs a token, so without a key there is none",
        "address_message text",
        store=a_store(policy=WITH_FLOW),
        linked=False,
    ),
    Case(
        "what their WhatsApp could not show is not tried again",
        "form_page text",
        customer=a_customer(cannot_show=("address_message", "flow")),
        store=a_store(policy=WITH_FLOW),
    ),
    Case(
        "words are left when nothing can be shown",
        "text",
        customer=saved(HOME, cannot_show=tuple(kind for way in Way for kind in KINDS[way])),
        store=a_store(policy=WITH_FLOW),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_the_chain(case: Case) -> None:
    assert " ".join(ways(case.customer, case.store, case.order, linked=case.linked)) == case.ways


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_each_way_is_followed_by_the_next_and_the_last_by_none(case: Case) -> None:
    chain = ways(case.customer, case.store, case.order, linked=case.linked)
    who = (case.customer, case.store, case.order)

    after = [next_way(way, *who, linked=case.linked) for way in chain]

    assert after == [*chain[1:], None]


def test_a_way_that_has_just_been_refused_leads_on_all_the_same() -> None:
    refused = a_customer(cannot_show=("address_message",))

    found = next_way(Way.ADDRESS_MESSAGE, refused, a_store(), an_order(), linked=True)

    assert found is Way.FORM_PAGE


def asked(**fields: Any) -> Asked:
    default = Asked(
        order=an_order(),
        customer=saved(HOME),
        store=a_store(policy=WITH_FLOW),
        pages=PAGES,
        now=NOW,
    )
    return replace(default, **fields)


def ours(body: Body) -> Any:
    return a_message(
        direction=Direction.OUTBOUND,
        delivery=Delivery.SENT,
        text=words_of(body),
        details=json.dumps(body),
    )


def interactive(body: Body) -> Any:
    return body["interactive"]


def parameters(body: Body) -> Any:
    return interactive(body)["action"]["parameters"]


def in_way(way: Way, who: Asked) -> Body:
    body = address_question("Thank you!", who)
    chain = list(Way)
    if way is not Way.SAVED:
        before = chain[chain.index(way) - 1]
        body = next_question("Thank you!", who, after=before) or {}
    assert body
    return body


@pytest.mark.parametrize("way", [way for way in Way if way is not Way.TEXT])
def test_a_message_of_ours_says_which_way_it_was(way: Way) -> None:
    body = in_way(way, asked())

    assert way_of(ours(body)) is way
    assert opening_of(words_of(body)) == "Thank you!"
    assert len(words_of(body)) <= 1024


@pytest.mark.parametrize(
    "body",
    [
        {"type": "text", "text": {"body": "Hello"}},
        {"type": "template", "template": {"name": "x"}},
        {"type": "interactive", "interactive": {"type": "catalog_message", "action": None}},
        {
            "type": "interactive",
            "interactive": {
                "type": "cta_url",
                "action": {"name": "cta_url", "parameters": {"url": "https://pay.example/1"}},
            },
        },
        {
            "type": "interactive",
            "interactive": {
                "type": "button",
                "action": {"buttons": [{"type": "reply", "reply": {"id": "pay:online:1"}}]},
            },
        },
    ],
    ids=["text", "template", "catalog", "payment link", "payment buttons"],
)
def test_other_messages_asked_for_no_address(body: Body) -> None:
    assert way_of(a_message(direction=Direction.OUTBOUND, details=json.dumps(body))) is None


def test_what_the_customer_wrote_was_no_question_of_ours() -> None:
    details = json.dumps(in_way(Way.ADDRESS_MESSAGE, asked()))

    assert way_of(a_message(details=details)) is None


def test_one_saved_address_is_a_tap_away() -> None:
    body = in_way(Way.SAVED, asked())

    buttons = [each["reply"] for each in interactive(body)["action"]["buttons"]]
    [known] = saved(HOME).addresses
    order_id = an_order().order_id
    assert [each["id"] for each in buttons] == [
        f"address:use:{order_id}:{known.address_id}",
        f"address:other:{order_id}",
    ]
    assert "14, MG Road, Pune 411001" in words_of(body)


def test_several_saved_addresses_are_a_list() -> None:
    five = [an_address(house_number=str(n), address="MG Road " * 20) for n in range(5)]

    body = in_way(Way.SAVED, asked(customer=saved(*five)))

    assert interactive(body)["type"] == "list"
    [section] = interactive(body)["action"]["sections"]
    assert len(section["rows"]) == 6
    assert section["rows"][-1]["title"] == "Another address"
    assert all(
        len(row["id"]) <= 200 and len(row["title"]) <= 24 and len(row.get("description", "")) <= 72
        for row in section["rows"]
    )


def test_indias_form_has_what_is_known_and_what_is_wrong() -> None:
    wrong = with_problems(replace(WORK, postal_code="744101"), {"postal_code": Problem.NOT_SERVED})

    body = in_way(Way.ADDRESS_MESSAGE, asked(order=an_order(address=wrong)))

    assert parameters(body)["country"] == "IN"
    assert parameters(body)["values"]["in_pin_code"] == "744101"
    assert parameters(body)["validation_errors"] == {
        "in_pin_code": "Sorry, we do not deliver to this PIN code."
    }
    [known] = parameters(body)["saved_addresses"]
    assert known["value"] == {
        "name": "Priya",
        "in_pin_code": "411001",
        "house_number": "14",
        "address": "MG Road",
        "city": "Pune",
    }


def test_the_flow_comes_with_a_token_of_its_order() -> None:
    body = in_way(Way.FLOW, asked())

    sent = parameters(body)
    assert (sent["flow_id"], sent["mode"], sent["flow_message_version"]) == (
        "4711",
        "published",
        "3",
    )
    given = PAGES.read(sent["flow_token"], Purpose.FLOW)
    assert given is not None
    assert given.order_id == an_order().order_id
    assert sent["flow_action_payload"]["screen"] == "ADDRESS"
    assert sent["flow_action_payload"]["data"]["phone_number"] == "+919876543210"


def test_the_page_is_of_its_order() -> None:
    url = parameters(in_way(Way.FORM_PAGE, asked()))["url"]

    given = PAGES.read(url.rpartition("/")[2], Purpose.ADDRESS)
    assert given is not None
    assert given.order_id == an_order().order_id


@pytest.mark.parametrize(
    ("country", "customer", "words"),
    [
        ("IN", a_customer(**BRITISH), "PIN code."),
        ("GB", a_customer(**BRITISH), "postal code."),
        ("GB", a_customer(**AMERICAN_USERNAME), "Please add a phone number for the courier."),
    ],
)
def test_words_ask_for_what_a_courier_needs(country: str, customer: Customer, words: str) -> None:
    nameless = an_order(customer=Contact(customer_id="customer1", name=""))
    who = asked(store=a_store(country=country), customer=customer, order=nameless, pages=None)

    body = address_question("", who)

    assert body["type"] == "text"
    assert words_of(body).endswith(words)


def test_who_brings_it_themselves_asks_for_a_pin_unless_it_cannot_be_shown() -> None:
    own = an_order(fulfilment=Fulfilment.OWN_DELIVERY)
    who = asked(customer=a_customer(**BRITISH), order=own, pages=None)

    assert interactive(address_question("", who))["type"] == "location_request_message"
    blind = replace(who.customer, cannot_show=("location_request_message",))
    assert address_question("", replace(who, customer=blind))["type"] == "text"


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("customer", [saved(HOME), a_customer(), a_customer(**BRITISH)])
def test_the_question_survives_a_long_opening(customer: Customer, *, linked: bool) -> None:
    who = asked(customer=customer, pages=PAGES if linked else None)

    said = words_of(address_question("x" * 5000, who))

    assert len(said) <= 1024
    assert said.rpartition("\n\n")[2] == words_of(address_question("", who))
