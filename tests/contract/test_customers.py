from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest

from orderdesk.domain.errors import NotFound, Unavailable
from orderdesk.domain.orders.order import Contact
from orderdesk.domain.people.customer import (
    Alias,
    AliasKind,
    Customer,
    forget_address,
    opt_in,
    opt_out,
    save_address,
)
from orderdesk.usecases.ports import Customers, Orders
from tests.builders import NOW, STORE, a_customer, a_placed_event, an_address, an_order

PHONE = Alias(AliasKind.PHONE, "919876543210")
USER_ID = Alias(AliasKind.USER_ID, "IN.13491208655302741918")
FROM_ID = Alias(AliasKind.FROM_ID, "priya.1")
NOBODY = Customer(store_id=STORE, customer_id="")


def identified(customers: Customers, *aliases: Alias, seen: Customer | None = None) -> Customer:
    return customers.identify(STORE, aliases, seen=seen or a_customer(customer_id=""), now=NOW)


def test_a_new_customer_gets_an_id_of_ours(customers: Customers) -> None:
    customer = identified(customers, PHONE)

    assert customer.customer_id
    assert "919876543210" not in customer.customer_id
    assert customer == a_customer(customer_id=customer.customer_id, aliases=(PHONE,))
    assert customers.get(STORE, customer.customer_id) == customer


def test_an_unknown_customer_is_not_there(customers: Customers) -> None:
    with pytest.raises(NotFound):
        customers.get(STORE, "nobody")


def test_any_alias_finds_the_customer(customers: Customers) -> None:
    customer = identified(customers, USER_ID, PHONE)

    assert identified(customers, PHONE) == customer
    assert identified(customers, USER_ID) == customer


def test_an_alias_that_is_new_is_added(customers: Customers) -> None:
    customer = identified(customers, PHONE)
    identified(customers, PHONE, USER_ID)

    assert identified(customers, USER_ID).customer_id == customer.customer_id


def test_the_same_value_of_another_kind_is_somebody_else(customers: Customers) -> None:
    phone = identified(customers, Alias(AliasKind.PHONE, "1"))
    from_id = identified(customers, Alias(AliasKind.FROM_ID, "1"))

    assert phone.customer_id != from_id.customer_id


def test_another_store_has_customers_of_its_own(customers: Customers) -> None:
    mine = identified(customers, PHONE)
    theirs = customers.identify("other", [PHONE], seen=NOBODY, now=NOW)

    assert theirs.customer_id != mine.customer_id
    assert theirs.store_id == "other"


def test_a_message_adds_what_it_says_and_takes_nothing_away(customers: Customers) -> None:
    before = identified(customers, PHONE)

    identified(customers, PHONE, seen=replace(NOBODY, username="priya_p", phone_number_id="2"))

    expected = replace(before, username="priya_p", phone_number_id="2")
    assert customers.get(STORE, before.customer_id) == expected


def test_an_alias_named_twice_is_one(customers: Customers) -> None:
    customer = identified(customers, PHONE, PHONE)

    assert identified(customers, PHONE).customer_id == customer.customer_id


def test_of_two_customers_who_are_one_the_first_alias_keeps_both(customers: Customers) -> None:
    by_user_id = identified(customers, USER_ID, seen=replace(NOBODY, name="Priya P."))
    by_phone = identified(
        customers, PHONE, FROM_ID, seen=replace(NOBODY, name="Priya", phone="919876543210")
    )
    assert by_user_id.customer_id != by_phone.customer_id

    merged = identified(customers, USER_ID, PHONE, seen=NOBODY)

    assert merged.customer_id == by_user_id.customer_id
    assert (merged.name, merged.phone) == ("Priya P.", "919876543210")
    assert customers.get(STORE, merged.customer_id) == merged
    assert identified(customers, PHONE, seen=NOBODY).customer_id == merged.customer_id
    # So does an alias that did not come along.
    assert identified(customers, FROM_ID, seen=NOBODY).customer_id == by_user_id.customer_id


def test_who_are_one_keep_the_order_that_an_answer_is_about(
    customers: Customers, orders: Orders
) -> None:
    identified(customers, USER_ID)
    by_phone = identified(customers, PHONE)
    order = an_order(customer=Contact(customer_id=by_phone.customer_id, name="Priya"))
    orders.add(order, a_placed_event(order), raw="")
    customers.touch(by_phone, inbound_at=NOW)

    merged = identified(customers, USER_ID, PHONE)

    assert merged.current_order_id == order.order_id
    assert merged.last_inbound_at == NOW


def test_identifying_again_keeps_the_current_order(customers: Customers, orders: Orders) -> None:
    customer = identified(customers, PHONE)
    order = an_order(customer=Contact(customer_id=customer.customer_id, name="Priya"))
    orders.add(order, a_placed_event(order), raw="")

    again = identified(customers, PHONE, USER_ID, seen=replace(NOBODY, name="Priya P."))

    assert again.current_order_id == order.order_id


def test_the_latest_contact_counts(customers: Customers) -> None:
    customer = identified(customers, PHONE)

    customers.touch(customer, inbound_at=NOW)
    customers.touch(customer, inbound_at=NOW - timedelta(hours=1))
    assert customers.get(STORE, customer.customer_id).last_inbound_at == NOW

    customers.touch(customer, inbound_at=NOW + timedelta(hours=1))
    later = customers.get(STORE, customer.customer_id).last_inbound_at
    assert later == NOW + timedelta(hours=1)


def test_a_customer_who_is_not_there_cannot_be_touched_into_being(customers: Customers) -> None:
    ghost = a_customer(customer_id="ghost")

    customers.touch(ghost, inbound_at=NOW)
    customers.hand_over(ghost, handed_over=True)

    with pytest.raises(NotFound):
        customers.get(STORE, "ghost")


def test_a_customer_is_handed_over_and_taken_back(customers: Customers) -> None:
    customer = identified(customers, PHONE)

    customers.hand_over(customer, handed_over=True)
    assert customers.get(STORE, customer.customer_id).handed_over
    assert identified(customers, PHONE).handed_over

    customers.hand_over(customer, handed_over=False)
    assert not customers.get(STORE, customer.customer_id).handed_over


def test_two_first_messages_at_once_make_one_customer(customers: Customers) -> None:
    together = Barrier(2)

    def write(*aliases: Alias) -> str:
        together.wait(timeout=10)
        return identified(customers, *aliases).customer_id

    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(write, USER_ID, PHONE), pool.submit(write, PHONE, FROM_ID)]
        ids = {each.result() for each in found}

    everybody = {identified(customers, each).customer_id for each in (USER_ID, PHONE, FROM_ID)}
    assert len(ids) == 1
    assert everybody == ids


def test_an_alias_may_be_longer_than_a_key(customers: Customers) -> None:
    long, other = (Alias(AliasKind.FROM_ID, "x" * 3000 + end) for end in "ab")

    customer = identified(customers, long)

    assert identified(customers, long) == customer
    assert identified(customers, other).customer_id != customer.customer_id


def test_the_aliases_of_a_customer_are_told(customers: Customers) -> None:
    customer = identified(customers, PHONE)
    identified(customers, PHONE, USER_ID)

    assert set(customers.get(STORE, customer.customer_id).aliases) == {PHONE, USER_ID}


def test_a_customer_is_found_by_an_alias_and_nobody_is_made(customers: Customers) -> None:
    customer = identified(customers, PHONE)

    assert customers.find(STORE, PHONE) == customer
    assert customers.find(STORE, USER_ID) is None
    assert customers.find("other", PHONE) is None


def merged(customers: Customers) -> tuple[Customer, Customer]:
    """Who is known by phone becomes part of who is known by id: the one now, the one before."""
    by_user_id = identified(customers, USER_ID, seen=replace(NOBODY, name="Priya P."))
    by_phone = identified(customers, PHONE)
    assert by_user_id.customer_id != by_phone.customer_id
    return identified(customers, USER_ID, PHONE, seen=NOBODY), by_phone


def test_a_former_id_leads_to_the_customer(customers: Customers) -> None:
    now, before = merged(customers)

    assert customers.get(STORE, before.customer_id) == now
    assert now.merged == now.adopting == (before.customer_id,)
    assert set(now.aliases) == {USER_ID, PHONE}


def test_what_was_known_under_a_former_id_is_there_until_it_is_adopted(
    customers: Customers,
) -> None:
    now, before = merged(customers)
    assert customers.former(STORE, before.customer_id) == before

    adopted = customers.adopted(now, before.customer_id)

    assert adopted.adopting == ()
    assert adopted.merged == (before.customer_id,)
    assert customers.former(STORE, before.customer_id) is None
    assert customers.get(STORE, before.customer_id) == adopted
    # Told twice, it is done once.
    assert customers.adopted(now, before.customer_id) == adopted


def test_no_order_is_placed_for_a_former_id(customers: Customers, orders: Orders) -> None:
    now, before = merged(customers)
    order = an_order(customer=Contact(customer_id=before.customer_id, name="Priya"))

    with pytest.raises(Unavailable):
        orders.add(order, a_placed_event(order), raw="")

    assert orders.find(STORE, order.order_id) is None
    ours = replace(order, customer=replace(order.customer, customer_id=now.customer_id))
    assert orders.add(ours, a_placed_event(ours), raw="")


def test_three_who_are_one_are_found_by_each_of_their_ids(customers: Customers) -> None:
    now, before = merged(customers)
    third = identified(customers, FROM_ID, seen=NOBODY)

    last = identified(customers, FROM_ID, PHONE, seen=NOBODY)

    assert last.customer_id == third.customer_id
    assert set(last.adopting) == {now.customer_id, before.customer_id}
    for each in (now, before, third):
        assert customers.get(STORE, each.customer_id) == last


def test_who_said_no_under_one_name_has_said_no(customers: Customers) -> None:
    identified(customers, USER_ID)
    by_phone = identified(customers, PHONE)
    customers.change(STORE, by_phone.customer_id, lambda one: opt_out(one, now=NOW))

    assert identified(customers, USER_ID, PHONE).opted_out_at == NOW


def test_addresses_are_kept_newest_first_and_each_once(customers: Customers) -> None:
    customer_id = identified(customers, PHONE).customer_id
    home, work = an_address(), an_address(house_number="99")
    for minutes, address in enumerate([home, work, home]):
        at = NOW + timedelta(minutes=minutes)
        customers.change(STORE, customer_id, partial(save_address, address=address, now=at))

    saved = customers.get(STORE, customer_id).addresses
    assert [each.address for each in saved] == [home, work]

    customers.change(STORE, customer_id, lambda one: forget_address(one, saved[0].address_id))
    assert [each.address for each in customers.get(STORE, customer_id).addresses] == [work]


def test_a_customer_opts_out_and_in_again(customers: Customers) -> None:
    customer_id = identified(customers, PHONE).customer_id

    out = customers.change(STORE, customer_id, lambda one: opt_out(one, now=NOW))
    assert (out.opted_out_at, out.wants_marketing) == (NOW, False)

    back = customers.change(STORE, customer_id, lambda one: opt_in(one, now=NOW, source="keyword"))
    assert (back.opted_out_at, back.wants_marketing) == (None, True)
    assert customers.get(STORE, customer_id) == back
    assert (back.consent_at, back.consent_source) == (NOW, "keyword")


def test_of_two_changes_at_once_none_is_lost(customers: Customers) -> None:
    customer_id = identified(customers, PHONE).customer_id
    together = Barrier(2)
    addresses = [an_address(house_number=number) for number in ("1", "2")]

    def save(place: int) -> None:
        together.wait(timeout=10)
        customers.change(
            STORE, customer_id, lambda one: save_address(one, addresses[place], now=NOW)
        )

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(save, range(2)))

    saved = customers.get(STORE, customer_id).addresses
    assert {each.address.house_number for each in saved} == {"1", "2"}


def test_a_customer_who_is_not_there_cannot_be_changed(customers: Customers) -> None:
    with pytest.raises(NotFound):
        customers.change(STORE, "nobody", lambda one: one)


def test_who_was_erased_leaves_an_id_and_comes_back_as_somebody_new(customers: Customers) -> None:
    customer = identified(customers, PHONE, USER_ID)

    customers.forget(customer, now=NOW)

    left = customers.get(STORE, customer.customer_id)
    assert left == Customer(store_id=STORE, customer_id=customer.customer_id, erased_at=NOW)
    assert customers.find(STORE, PHONE) is None
    again = identified(customers, PHONE)
    assert again.customer_id != customer.customer_id
    assert customers.get(STORE, customer.customer_id) == left


def test_erasing_takes_the_aliases_of_former_ids_along(customers: Customers) -> None:
    now, before = merged(customers)

    customers.forget(customers.adopted(now, before.customer_id), now=NOW)

    assert customers.find(STORE, PHONE) is None
    assert customers.get(STORE, before.customer_id).name == ""
