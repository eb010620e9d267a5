"""Who is let in: sessions of staff and keys of other systems."""

from datetime import timedelta

from orderdesk.domain.orders.actor import Role
from orderdesk.usecases.ports import ApiKey
from tests.builders import NOW, STORE, a_session
from tests.contract.conftest import Shop

SECOND = timedelta(seconds=1)


def test_a_session_is_found_until_it_ends(shop: Shop) -> None:
    session = a_session()
    shop.sessions.put(session)

    assert shop.sessions.find(STORE, "session1", now=session.expires_at - SECOND) == session
    assert shop.sessions.find(STORE, "session1", now=session.expires_at) is None


def test_a_session_is_of_one_store(shop: Shop) -> None:
    shop.sessions.put(a_session())

    assert shop.sessions.find("other", "session1", now=NOW) is None
    assert shop.sessions.find(STORE, "session2", now=NOW) is None


def test_who_signs_out_is_out(shop: Shop) -> None:
    shop.sessions.put(a_session())

    shop.sessions.remove(STORE, "session1")
    shop.sessions.remove(STORE, "session1")

    assert shop.sessions.find(STORE, "session1", now=NOW) is None


def test_an_api_key_is_found_by_its_hash_in_its_store(shop: Shop) -> None:
    key = ApiKey(
        store_id=STORE,
        key_id="key1",
        hash="ab" * 32,
        name="Warehouse",
        scopes=("orders:read", "orders:move"),
        role=Role.PACKER,
    )
    shop.api_keys.put(key)

    assert shop.api_keys.find(STORE, "ab" * 32) == key
    assert shop.api_keys.find("other", "ab" * 32) is None
    assert shop.api_keys.find(STORE, "cd" * 32) is None
