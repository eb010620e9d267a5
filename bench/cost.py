"""What a thousand orders cost on AWS, from list prices and counted use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bench.report import Figure, Section, at_most

# us-east-1 list prices in US dollars, no free tier, from https://aws.amazon.com/pricing/ pages.
PER_TRANSITION: Final = 25 / 1e6
PER_HTTP_REQUEST: Final = 1.00 / 1e6
PER_WEBSOCKET_MESSAGE: Final = 1.00 / 1e6
PER_INVOCATION: Final = 0.20 / 1e6
PER_GB_SECOND: Final = 0.0000133334
PER_WRITE_UNIT: Final = 0.625 / 1e6
PER_READ_UNIT: Final = 0.125 / 1e6
PER_SQS_REQUEST: Final = 0.50 / 1e6  # FIFO
PER_SNS_REQUEST: Final = 0.30 / 1e6  # FIFO publish
PER_LOG_GB: Final = 0.50
PER_EGRESS_GB: Final = 0.09
SWEEPS_PER_MONTH: Final = 30 * 24 * 60

MEMORY_GB: Final = 0.5
WARM_SECONDS: Final = 0.06
COLD_SECONDS: Final = 0.9
COLD_SHARE: Final = 0.03
LOG_BYTES: Final = 700
PAGE_BYTES: Final = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What one order that is delivered causes."""

    stages: int = 6  # placed to delivered: nothing runs for the archive
    transitions: int = 2 * 6 + 2
    inbound_messages: int = 6
    outbound_messages: int = 6
    statuses_per_message: int = 3
    payment_webhooks: int = 1
    order_writes: int = 10
    staff_moves: int = 4
    pages: int = 10
    dashboards: int = 2

    @property
    def webhooks(self) -> int:
        return self.inbound_messages + self.outbound_messages * self.statuses_per_message

    @property
    def invocations(self) -> int:
        """Webhook and inbox each; the sender for each message; relay and three subscribers for each
        write; tasks; people.
        """
        intake = 2 * self.webhooks + self.payment_webhooks + self.outbound_messages
        return intake + 4 * self.order_writes + self.stages + self.pages + self.staff_moves


METHOD: Final = f"""\
A model, not a bill: list prices of us-east-1, no free tier, `bench/cost.py`. One delivered order:
{Life().inbound_messages} messages in, {Life().outbound_messages} out with three statuses each, one
payment webhook, {Life().order_writes} writes, {Life().pages} pages, {Life().staff_moves} moves by
staff, {Life().dashboards} open dashboards. Functions at 512 MB arm64, 60 ms warm, 3 % cold starts
of 900 ms. Meta's fees come on top and are larger."""


def per_order(life: Life) -> dict[str, float]:
    """Dollars by service for one order."""
    seconds = WARM_SECONDS * (1 - COLD_SHARE) + COLD_SECONDS * COLD_SHARE
    # A transaction writes each item at twice the units: the order (2 KB), its history item (1 KB);
    # an order also rewrites the summaries (1 KB) in five indexes, twice where its key changes.
    writes = life.order_writes * (2 * 2 + 2 * 1 + 7)
    # Parking, and coming to rest: the execution's record, the order's next look and its index.
    writes += life.stages * (1 + 2 + 2) + (1 + 2 + 1)
    writes += (life.inbound_messages + life.outbound_messages) * 4 + life.webhooks
    # A message that leaves: into the index of what waits and out of it, its customer's pace, and
    # the transaction that keeps WhatsApp's id; message, customer, order and pace are read.
    writes += life.outbound_messages * (2 + 1 + 4)
    reads = 8 * life.outbound_messages
    reads += 12 * life.order_writes + life.pages * 8 + life.webhooks
    queued = life.webhooks + life.outbound_messages + 3 * life.order_writes
    return {
        "Step Functions": life.transitions * PER_TRANSITION,
        "DynamoDB": writes * PER_WRITE_UNIT + reads * PER_READ_UNIT,
        "Lambda": life.invocations * (PER_INVOCATION + seconds * MEMORY_GB * PER_GB_SECOND),
        "API Gateway": (life.webhooks + life.pages + life.staff_moves) * PER_HTTP_REQUEST
        + life.order_writes * life.dashboards * PER_WEBSOCKET_MESSAGE,
        "SQS": queued * 3 * PER_SQS_REQUEST,
        "SNS": life.order_writes * PER_SNS_REQUEST,
        "Logs": life.invocations * LOG_BYTES / 1e9 * PER_LOG_GB,
        "Egress": life.pages * PAGE_BYTES / 1e9 * PER_EGRESS_GB,
    }


def measure() -> Section:
    costs = {name: 1000 * cost for name, cost in per_order(Life()).items()}
    figures = [Figure(what=name, value=f"${cost:.3f}") for name, cost in costs.items()]
    total = at_most("all, for 1,000 orders", sum(costs.values()), 1.0, "US$")
    sweep = SWEEPS_PER_MONTH * (PER_INVOCATION + WARM_SECONDS * MEMORY_GB * PER_GB_SECOND)
    idle = Figure(what="an idle shop, a month (the sweep)", value=f"${sweep:.3f}")
    return Section(title="Cost", method=METHOD, figures=(*figures, total, idle))
