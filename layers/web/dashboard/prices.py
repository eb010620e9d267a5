"""The form in which staff choose whose prices an order has: the cart's or the catalog's."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dashboard.edits import Edit, edited
from dashboard.session import actor_of
from orderdesk.domain.errors import Invalid
from orderdesk.domain.orders.actor import Permission
from orderdesk.domain.orders.repricing import Prices, reprice

if TYPE_CHECKING:
    from dashboard.context import Context
    from dashboard.edits import Form
    from dashboard.order import Visit
    from orderdesk.http import Request, Response
    from orderdesk.usecases.orders.amend import Verb


def choose_prices(request: Request, context: Context) -> Response:
    def edit(visit: Visit, form: Form) -> Edit:
        def verb() -> Verb:
            return partial(
                reprice,
                prices=_prices(form),
                by=actor_of(visit.session),
                now=visit.context.now,
            )

        return Edit(
            form="prices",
            permission=Permission.EDIT,
            refused="the prices were not changed",
            verb=verb,
        )

    return edited(request, context, edit)


def _prices(form: Form) -> Prices:
    try:
        return Prices(form.get("prices", ""))
    except ValueError as error:
        raise Invalid("Choose the cart's prices or the catalog's.", field="prices") from error
