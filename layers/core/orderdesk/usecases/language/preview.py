"""What a text looks like before anybody gets it: with a real order, or a sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid
from orderdesk.usecases.language.checks import check_text
from orderdesk.usecases.language.fill import fill
from orderdesk.usecases.language.samples import sample_of, sample_order
from orderdesk.usecases.language.texts import TEXTS
from orderdesk.usecases.language.variables import OF_ORDER
from orderdesk.usecases.language.words import LANGUAGES, Words

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Store

# Said of a parcel: an order without one is shown with that of the sample.
OF_A_PARCEL: Final = frozenset({"carrier", "tracking_number"})
# What Meta calls anything that is said within a day of the customer's last message.
SERVICE: Final = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`text` is filled; `category` is what Meta would call it as a template, `template` the name
    of the shop's own one for it, empty without.
    """

    name: str
    language: str
    text: str
    buttons: tuple[str, ...]
    length: int
    limit: int
    in_window: str
    category: str
    template: str


def preview(
    store: Store, name: str, language: str, *, text: str | None = None, order: Order | None = None
) -> Preview:
    """`text` in place of the one that the shop has. Raises Invalid, naming the field."""
    if name not in TEXTS:
        raise Invalid(f"There is no text {name!r}: choose of {', '.join(TEXTS)}.", field="name")
    if language not in LANGUAGES:
        ours = ", ".join(LANGUAGES)
        raise Invalid(f"We do not speak {language!r}: choose of {ours}.", field="language")
    words, about = Words(store, language), TEXTS[name]
    if text is not None:
        check_text(text, name, words, field="text")
    template = words.template(name) if text is None else text
    filled = fill(template, lambda each: _value(words, each, order))
    return Preview(
        name=name,
        language=language,
        text=filled,
        buttons=tuple(words.button(each) for each in about.buttons),
        length=len(filled),
        limit=about.limit,
        in_window=SERVICE,
        category=about.category,
        template=store.policy.speech.templates.get(name, ""),
    )


def _value(words: Words, name: str, order: Order | None) -> str:
    said = sample_of(words, name, order)
    if said or name not in OF_A_PARCEL:
        return said
    return OF_ORDER[name](words, sample_order(words.store))
