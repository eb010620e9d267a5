"""One shop's words for one customer: our texts or the shop's own, in the customer's language."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.shop.speech import ENGLISH, language_of
from orderdesk.usecases.language.amounts import written
from orderdesk.usecases.language.fill import fill, variables_of
from orderdesk.usecases.language.texts import MAY_MUTE, TEXTS
from orderdesk.usecases.language.variables import OF_ORDER, OF_SHOP
from orderdesk.usecases.messages.bodies import cut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orderdesk.domain.money.money import Money
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer
    from orderdesk.domain.shop.policy import Store

# Codes are those that Meta has for languages of templates.
# https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/supported-languages
MODULES: Final = {"en": "en", "hi": "hi", "pt_BR": "pt_br"}
LANGUAGES: Final = tuple(MODULES)


@dataclass(frozen=True, slots=True)
class Words:
    """In `language`, or in English where we do not speak it."""

    store: Store
    language: str = ENGLISH

    @classmethod
    def for_customer(cls, store: Store, customer: Customer) -> Words:
        return cls(store, language_of(customer, store))

    def text(self, name: str, order: Order | None = None, **own: str) -> str:
        """The text of that name, within its limit. `own` are the variables that it has beside
        those of an order; what is not given is empty, and its line is left out.
        """
        return cut(fill(self.template(name), _Values(self, order, own)), TEXTS[name].limit)

    def optional(self, name: str, order: Order | None = None, **own: str) -> str:
        """Empty when the shop has muted it."""
        return "" if self.is_muted(name) else self.text(name, order, **own)

    def template(self, name: str) -> str:
        """The shop's own, unless it has a variable that this text does not have (any more)."""
        own = self.store.policy.speech.texts.get(f"{self.language}.{name}", "")
        allowed = allowed_variables(name)
        if own.strip() and all(each in allowed for each in variables_of(own)):
            return own
        return default_text(self.language, name)

    def is_muted(self, name: str) -> bool:
        return name in self.store.policy.speech.muted and name in MAY_MUTE

    def value(self, variable: str, order: Order | None = None, **own: str) -> str:
        """What stands for a variable, also in a template at Meta; empty for an unknown one."""
        return _Values(self, order, own)(variable)

    def filled(self, template: str, order: Order | None = None) -> str:
        """Words of somebody else's, with the variables of the shop and those of the order."""
        return fill(template, _Values(self, order, {}))

    def part(self, name: str, order: Order | None = None, **own: str) -> str:
        """A piece of a text, or a label: shops do not change them."""
        return fill(_of(self.language, "PARTS")[name], _Values(self, order, own))

    def button(self, name: str) -> str:
        title: str = _of(self.language, "BUTTONS")[name]
        return title

    def stage(self, name: str) -> str:
        said: str = _of(self.language, "STAGES")[name]
        return said

    def reason(self, code: str) -> str:
        """Ours for that code; empty without one."""
        said: str = _of(self.language, "REASONS").get(code, "")
        return said

    def weekday(self, day: int) -> str:
        """Monday is 0."""
        name: str = _of(self.language, "WEEKDAYS")[day]
        return name

    def month(self, month: int) -> str:
        """January is 1."""
        name: str = _of(self.language, "MONTHS")[month - 1]
        return name

    def money(self, amount: Money) -> str:
        return written(amount, self.language)


class _Values:
    """Variables by their names: those that are given, else those of the order."""

    def __init__(self, words: Words, order: Order | None, own: Mapping[str, str]) -> None:
        self._words, self._order, self._own = words, order, own

    def __call__(self, name: str) -> str:
        if name in self._own:
            return self._own[name]
        if name in OF_SHOP:
            return OF_SHOP[name](self._words)
        if name in OF_ORDER and self._order is not None:
            return OF_ORDER[name](self._words, self._order)
        return ""


def allowed_variables(name: str) -> frozenset[str]:
    """What may stand in the text of that name."""
    text = TEXTS[name]
    return frozenset((*text.own, *OF_SHOP, *(OF_ORDER if text.about_order else ())))


def default_text(language: str, name: str) -> str:
    """Ours."""
    text: str = _of(language, "TEXTS")[name]
    return text


def name_of(language: str) -> str:
    """What a language calls itself; at most 20 characters, for a button."""
    name: str = _of(language, "NAME")
    return name


def _of(language: str, what: str) -> Any:
    """Of the language's modules, which are loaded when they are spoken first."""
    prefix = MODULES.get(language, MODULES[ENGLISH])
    module = f"{prefix}_texts" if what == "TEXTS" else f"{prefix}_parts"
    return getattr(import_module(f"{__package__}.{module}"), what)
