"""Settings are read once in a while, and never stale for long."""

from orderdesk.adapters.kept import KEEP_SECONDS, KEEP_SUMS_SECONDS, MOST, KeptCosts, KeptStores
from orderdesk.adapters.memory import MemoryConversations, MemoryCosts, MemoryStores, Shelf
from orderdesk.domain.money.costing import Charge
from orderdesk.domain.shop.settings import SettingsChange
from tests.builders import NOW, STORE, a_message, a_store, an_actor


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_change_made_elsewhere_is_seen_after_half_a_minute() -> None:
    stores, clock = MemoryStores(), Clock()
    kept = KeptStores(stores, clock=clock)
    stores.put(a_store(name="Before"))
    assert kept.get(STORE).name == "Before"

    stores.put(a_store(name="After"))
    clock.now = KEEP_SECONDS - 1
    assert kept.get(STORE).name == "Before"
    clock.now = KEEP_SECONDS
    assert kept.get(STORE).name == "After"


def test_a_change_made_here_is_seen_at_once() -> None:
    kept = KeptStores(MemoryStores())
    assert kept.of_number("1") is None

    kept.map_number("1", STORE)
    kept.put(a_store(name="New"))

    assert (kept.of_number("1"), kept.get(STORE).name) == (STORE, "New")


def test_who_decides_on_a_change_reads_what_is_stored() -> None:
    stores = MemoryStores()
    kept = KeptStores(stores)
    assert kept.get(STORE).name == STORE

    stores.put(a_store(name="Elsewhere"))

    assert (kept.get(STORE).name, kept.latest(STORE).name) == (STORE, "Elsewhere")


def test_settings_that_are_saved_here_count_at_once() -> None:
    kept = KeptStores(MemoryStores())
    assert kept.get(STORE).version == 0
    change = SettingsChange(store_id=STORE, version=1, at=NOW, by=an_actor(), changes=())

    kept.save(a_store(name="New", version=1), change, expected_version=0)

    assert (kept.get(STORE).name, kept.changes(STORE).items) == ("New", (change,))


def test_what_is_kept_never_grows_without_end() -> None:
    stores = MemoryStores()
    kept = KeptStores(stores)

    for number in range(MOST + 1):
        kept.of_number(str(number))
    stores.map_number("0", STORE)

    assert kept.of_number("0") == STORE


def test_sums_of_a_month_are_read_once_a_minute() -> None:
    shelf, clock = Shelf(), Clock()
    costs = MemoryCosts(shelf)
    kept = KeptCosts(costs, clock=clock)
    message = a_message("wamid.out1")
    MemoryConversations(shelf).append(message)
    assert kept.of_month(STORE, "2026-11") == ()

    charge = Charge(category="utility", cost=115_000, currency="INR", country="IN")
    assert kept.charge(message, charge, month="2026-11")

    clock.now = KEEP_SUMS_SECONDS - 1
    assert kept.of_month(STORE, "2026-11") == ()
    clock.now = KEEP_SUMS_SECONDS
    assert kept.of_month(STORE, "2026-11") == costs.of_month(STORE, "2026-11") != ()
    assert kept.of_month(STORE, "2026-12") == ()
