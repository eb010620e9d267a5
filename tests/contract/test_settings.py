"""Settings and the history of their changes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orderdesk.domain.errors import Invalid, StaleSettings
from orderdesk.domain.orders.actor import Role
from orderdesk.domain.orders.event import Change
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.policy import Policy, Store
from orderdesk.domain.shop.settings import Redating, SettingsChange
from orderdesk.usecases.ports import Stores
from tests.builders import NOW, STORE, a_store, an_actor

HOUR = timedelta(hours=1)


def a_change(version: int = 1, **fields: object) -> SettingsChange:
    default = SettingsChange(
        store_id=STORE,
        version=version,
        at=NOW + version * HOUR,
        by=an_actor(role=Role.OWNER),
        changes=(
            Change("name", STORE, "Asha's kurtas"),
            Change("refund_automatically", False, True),
            Change("auto_approve.up_to", None, 50_000),
        ),
    )
    return replace(default, **fields)  # type: ignore[arg-type]


def a_redating(version: int = 1, **fields: object) -> Redating:
    default = Redating(store_id=STORE, version=version, since=NOW, stages=(Stage.PLACED,))
    return replace(default, **fields)  # type: ignore[arg-type]


def settings(version: int, **policy: object) -> Store:
    return a_store(version=version, policy=Policy(**policy))  # type: ignore[arg-type]


def saved(stores: Stores, versions: int) -> None:
    for version in range(1, versions + 1):
        wanted = settings(version, abandon_after=version * HOUR, reminders=())
        stores.save(wanted, a_change(version), expected_version=version - 1)


def test_a_change_is_kept_with_the_settings(stores: Stores) -> None:
    wanted = settings(1, abandon_after=HOUR, reminders=())

    stores.save(wanted, a_change(), expected_version=0)

    assert stores.get(STORE) == stores.latest(STORE) == wanted
    assert stores.changes(STORE).items == (a_change(),)
    assert stores.all_ids() == (STORE,)


def test_of_two_who_saw_the_same_settings_one_wins(stores: Stores) -> None:
    saved(stores, 2)
    late = a_change(2, by=an_actor(name="Ravi"))

    with pytest.raises(StaleSettings) as raised:
        stores.save(settings(2), late, expected_version=1)

    assert raised.value.current.version == 2
    assert stores.get(STORE).policy.abandon_after == 2 * HOUR
    assert len(stores.changes(STORE).items) == 2


def test_the_first_change_of_two_wins_too(stores: Stores) -> None:
    saved(stores, 1)

    with pytest.raises(StaleSettings):
        stores.save(settings(1), a_change(1, by=an_actor(name="Ravi")), expected_version=0)

    assert stores.get(STORE).policy.abandon_after == HOUR


def test_a_change_whose_answer_was_lost_is_done_once(stores: Stores) -> None:
    saved(stores, 1)
    wanted = settings(1, abandon_after=HOUR, reminders=())

    stores.save(wanted, a_change(1), expected_version=0)

    assert len(stores.changes(STORE).items) == 1


def test_changes_come_in_pages_newest_first(stores: Stores) -> None:
    saved(stores, 5)

    first = stores.changes(STORE, limit=2)
    second = stores.changes(STORE, limit=2, cursor=first.cursor)
    third = stores.changes(STORE, limit=2, cursor=second.cursor)

    pages = [[each.version for each in page.items] for page in (first, second, third)]
    assert pages == [[5, 4], [3, 2], [1]]
    assert third.cursor is None


def test_a_page_that_ends_with_the_first_change_is_the_last(stores: Stores) -> None:
    saved(stores, 2)

    assert stores.changes(STORE, limit=2).cursor is None


def test_a_cursor_of_another_shop_is_refused(stores: Stores) -> None:
    saved(stores, 3)
    cursor = stores.changes(STORE, limit=1).cursor

    with pytest.raises(Invalid):
        stores.changes("other", cursor=cursor)


def test_a_shop_without_changes_has_no_history(stores: Stores) -> None:
    stores.put(a_store())

    assert stores.changes(STORE).items == ()
    assert stores.get(STORE).version == 0


def test_settings_from_outside_do_not_turn_back_the_version(stores: Stores) -> None:
    saved(stores, 2)

    stores.put(a_store(name="New"))

    assert (stores.get(STORE).name, stores.get(STORE).version) == ("New", 2)


def test_what_has_to_be_dated_is_kept_with_the_change(stores: Stores) -> None:
    assert stores.redating(STORE) is None

    stores.save(settings(1), a_change(), expected_version=0, redating=a_redating())

    assert stores.redating(STORE) == a_redating()


def test_a_change_that_loses_leaves_nothing_to_date(stores: Stores) -> None:
    saved(stores, 1)

    with pytest.raises(StaleSettings):
        stores.save(
            settings(1),
            a_change(1, by=an_actor(name="Ravi")),
            expected_version=0,
            redating=a_redating(),
        )

    assert stores.redating(STORE) is None


def test_how_far_it_got_is_kept_until_nothing_is_left(stores: Stores) -> None:
    stages = (Stage.PLACED, Stage.ON_HOLD)
    stores.save(settings(1), a_change(), expected_version=0, redating=a_redating(stages=stages))

    halfway = a_redating(stages=stages, cursor="abc")
    stores.redated(halfway)
    assert stores.redating(STORE) == halfway

    stores.redated(a_redating(stages=()))
    assert stores.redating(STORE) is None


def test_newer_settings_begin_anew_whatever_the_older_ones_report(stores: Stores) -> None:
    stores.save(settings(1), a_change(), expected_version=0, redating=a_redating())
    newer = a_redating(2, stages=(Stage.CONFIRMED, Stage.PLACED))
    stores.save(settings(2), a_change(2), expected_version=1, redating=newer)

    stores.redated(a_redating(1, stages=()))

    assert stores.redating(STORE) == newer


def test_a_change_that_moves_no_deadline_leaves_the_work_that_is_under_way(
    stores: Stores,
) -> None:
    stores.save(settings(1), a_change(), expected_version=0, redating=a_redating())

    stores.save(settings(2), a_change(2), expected_version=1)

    assert stores.redating(STORE) == a_redating()
