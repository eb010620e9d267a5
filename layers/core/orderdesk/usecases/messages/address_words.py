"""What a customer reads about their address, in the chat and at the fields of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.people.address import INDIA, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.domain.people.address import Address
    from orderdesk.usecases.language.words import Words

# In the order in which a form asks for them.
FIELDS: Final = (
    "name",
    "phone_number",
    "postal_code",
    "house_number",
    "address",
    "landmark_area",
    "city",
    "state",
)
# What has other words in India, where a postal code is a PIN code.
OF_INDIA: Final = frozenset(
    {"city_missing", "postal_code_missing", "postal_code_wrong", "postal_code_not_served"}
    | {"phone_number_wrong", "label_postal_code"}
)


def at_fields(words: Words, problems: Mapping[str, Problem], *, country: str) -> dict[str, str]:
    """What is wrong, by field."""
    return {
        field: _part(words, f"{field}_{problem}", country) for field, problem in problems.items()
    }


def in_words(words: Words, address: Address, *, country: str) -> str:
    """What is wrong, for the chat; names the code that is not delivered to."""
    problems = address.problems
    if set(problems.values()) == {Problem.NOT_SERVED}:
        return words.text("place_not_served", postal_code=address.postal_code)
    said = at_fields(words, problems, country=address.country or country)
    return words.text("address_incomplete", problems="\n".join(said.values()))


def labels(words: Words, *, country: str) -> dict[str, str]:
    """By field, in the order of the form."""
    return {field: _part(words, f"label_{field}", country) for field in FIELDS}


def flow_screen(
    words: Words, known: Address, errors: Mapping[str, str], *, country: str
) -> dict[str, object]:
    """The data of the only screen of whatsapp/flows/address.json."""
    hint = " ".join(errors.values()) or words.part("form_hint")
    data: dict[str, object] = {"hint": hint, "save": words.part("form_save")}
    data["postal_code_required"] = country == INDIA
    for field, label in labels(words, country=country).items():
        data[f"{field}_label"] = label
        data[field] = getattr(known, field)
        data[f"{field}_error"] = errors.get(field, "")
    if known.text and not known.address:
        data["address"] = ", ".join(known.lines)
    return data


def _part(words: Words, name: str, country: str) -> str:
    return words.part(f"{name}_in" if country == INDIA and name in OF_INDIA else name)
