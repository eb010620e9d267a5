"""An address as a courier reads it."""

from tests.builders import an_address


def test_the_house_number_stands_before_its_street() -> None:
    assert an_address().lines == ("Priya", "14, MG Road", "Pune 411001", "IN")


def test_a_flat_in_a_tower_has_lines_of_its_own() -> None:
    flat = an_address(floor_number="3", tower_number="B", building_name="Lake View")

    assert flat.lines == (
        "Priya",
        "14, floor 3",
        "tower B, Lake View",
        "MG Road",
        "Pune 411001",
        "IN",
    )


def test_a_written_address_keeps_the_lines_of_its_writer() -> None:
    assert an_address(text="21 Clifton Hill \n\n Bristol").lines == ("21 Clifton Hill", "Bristol")
