"""The gateways of this installation, each made when it is first asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from orderdesk.usecases.ports import PaymentGateway


class LazyGateways:
    """`makers` are by provider; a gateway is made once."""

    def __init__(self, makers: Mapping[str, Callable[[], PaymentGateway]]) -> None:
        self._makers = {provider: cache(make) for provider, make in makers.items()}

    def of(self, provider: str) -> PaymentGateway | None:
        make = self._makers.get(provider)
        return make() if make else None

    def offers(self, provider: str) -> bool:
        return provider in self._makers
