"""What messages cost, over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from orderdesk.api.bodies import query_of
from orderdesk.api.context import READ_COSTS, authenticate
from orderdesk.http import Response, json_response
from orderdesk.usecases.customers.cost_report import month_report, order_report

if TYPE_CHECKING:
    from orderdesk.api.context import Context
    from orderdesk.http import Request
    from orderdesk.usecases.customers.cost_report import CostReport, Sum


class MonthParameters(BaseModel):
    model_config = ConfigDict(extra="forbid")

    month: str = Field("", max_length=7)


def get_costs(request: Request, context: Context) -> Response:
    key = authenticate(request, context, READ_COSTS)
    asked = query_of(request, MonthParameters).month
    store = context.stores.get(key.store_id)
    report = month_report(store, asked, costs=context.costs, now=context.now)
    answer = {
        "month": report.month,
        **_report(report.costs),
        "by_country": _sums(report.costs.by_country),
        "orders": report.orders,
        "per_order": report.per_order,
        "forecast": report.forecast,
        "cap": report.cap,
        "level": report.level.value,
    }
    return json_response(answer)


def get_order_costs(request: Request, context: Context) -> Response:
    key = authenticate(request, context, READ_COSTS)
    order = context.orders.get(key.store_id, request.params["order_id"])
    store = context.stores.get(key.store_id)
    report = order_report(store, order.order_id, costs=context.costs)
    return json_response({"order_id": order.order_id, **_report(report)})


def _report(report: CostReport) -> dict[str, Any]:
    return {
        "currency": report.currency,
        "total": _sum(report.total),
        "by_category": _sums(report.by_category),
        "by_stage": _sums(report.by_stage),
        "by_purpose": _sums(report.by_purpose),
        "other_currencies": _sums(report.other_currencies),
    }


def _sums(sums: tuple[Sum, ...]) -> list[dict[str, Any]]:
    return [{"name": each.name, **_sum(each)} for each in sums]


def _sum(each: Sum) -> dict[str, Any]:
    return {"messages": each.messages, "paid": each.paid, "cost": each.cost}
