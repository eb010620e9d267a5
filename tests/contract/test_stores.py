from datetime import timedelta

from orderdesk.domain.shop.policy import Policy, Store
from orderdesk.usecases.ports import Stores
from tests.builders import a_store


def test_a_store_without_settings_has_the_defaults(stores: Stores) -> None:
    assert stores.get("main") == Store(store_id="main", name="main")


def test_settings_are_read_as_they_were_saved(stores: Stores) -> None:
    policy = Policy(
        abandon_after=timedelta(minutes=2),
        archive_after=timedelta(days=7),
        undo_window=timedelta(seconds=90),
        return_window=timedelta(0),
    )
    store = a_store(currency="BRL", country="BR", time_zone="America/Sao_Paulo", policy=policy)

    stores.put(store)

    assert stores.get("main") == store


def test_the_last_settings_count(stores: Stores) -> None:
    stores.put(a_store(name="Old"))
    stores.put(a_store(name="New"))

    assert stores.get("main").name == "New"


def test_stores_with_settings_are_known(stores: Stores) -> None:
    assert stores.all_ids() == ()

    stores.put(a_store("one"))
    stores.put(a_store("two"))
    stores.put(a_store("two"))

    assert stores.all_ids() == ("one", "two")


def test_a_number_belongs_to_a_store(stores: Stores) -> None:
    assert stores.of_number("106540352242922") is None

    stores.map_number("106540352242922", "main")
    assert stores.of_number("106540352242922") == "main"

    stores.map_number("106540352242922", "other")
    assert stores.of_number("106540352242922") == "other"
