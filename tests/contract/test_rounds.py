from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.ports import Round
from tests.builders import NOW, STORE
from tests.contract.conftest import Shop


def test_a_round_that_was_never_made_begins_anew(shop: Shop) -> None:
    assert shop.rounds.get(STORE) == Round(store_id=STORE)


def test_a_round_goes_on_where_it_was_left(shop: Shop) -> None:
    place = Round(store_id=STORE, stage=Stage.SHIPPED, cursor="there", finished_at=NOW)

    shop.rounds.keep(place)

    assert shop.rounds.get(STORE) == place
    assert shop.rounds.get("other") == Round(store_id="other")


def test_a_round_that_came_to_its_end_begins_anew(shop: Shop) -> None:
    shop.rounds.keep(Round(store_id=STORE, stage=Stage.SHIPPED, cursor="there"))

    shop.rounds.keep(Round(store_id=STORE, finished_at=NOW))

    assert shop.rounds.get(STORE) == Round(store_id=STORE, finished_at=NOW)
