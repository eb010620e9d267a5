"""What the use cases need of the outside world, by role. Adapters implement these.

Every implementation of a port passes the same contract tests (tests/contract). Each module loads
with the first name that is asked of it: most are types, which nothing needs at run time, and
making them all takes 10 ms of every cold start.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from orderdesk.usecases.ports.access import ApiKey as ApiKey
    from orderdesk.usecases.ports.access import ApiKeys as ApiKeys
    from orderdesk.usecases.ports.access import Connection as Connection
    from orderdesk.usecases.ports.access import Live as Live
    from orderdesk.usecases.ports.access import Session as Session
    from orderdesk.usecases.ports.access import Sessions as Sessions
    from orderdesk.usecases.ports.catalog import Catalog as Catalog
    from orderdesk.usecases.ports.catalog import Products as Products
    from orderdesk.usecases.ports.costs import Costs as Costs
    from orderdesk.usecases.ports.customers import Conversations as Conversations
    from orderdesk.usecases.ports.customers import Customers as Customers
    from orderdesk.usecases.ports.executions import Conductor as Conductor
    from orderdesk.usecases.ports.executions import Execution as Execution
    from orderdesk.usecases.ports.executions import Executions as Executions
    from orderdesk.usecases.ports.inbox import Inbox as Inbox
    from orderdesk.usecases.ports.inbox import InboxEntry as InboxEntry
    from orderdesk.usecases.ports.media import MediaQueue as MediaQueue
    from orderdesk.usecases.ports.media import MediaShelf as MediaShelf
    from orderdesk.usecases.ports.media import MediaSource as MediaSource
    from orderdesk.usecases.ports.orders import Idempotency as Idempotency
    from orderdesk.usecases.ports.orders import ListQuery as ListQuery
    from orderdesk.usecases.ports.orders import Orders as Orders
    from orderdesk.usecases.ports.orders import Page as Page
    from orderdesk.usecases.ports.orders import Sort as Sort
    from orderdesk.usecases.ports.orders import Summary as Summary
    from orderdesk.usecases.ports.pages import PageLinks as PageLinks
    from orderdesk.usecases.ports.payments import Gateways as Gateways
    from orderdesk.usecases.ports.payments import Payment as Payment
    from orderdesk.usecases.ports.payments import PaymentGateway as PaymentGateway
    from orderdesk.usecases.ports.payments import PaymentLink as PaymentLink
    from orderdesk.usecases.ports.payments import Refund as Refund
    from orderdesk.usecases.ports.places import Places as Places
    from orderdesk.usecases.ports.reconciliations import Discrepancy as Discrepancy
    from orderdesk.usecases.ports.reconciliations import LastRun as LastRun
    from orderdesk.usecases.ports.reconciliations import Reconciliations as Reconciliations
    from orderdesk.usecases.ports.rounds import Counts as Counts
    from orderdesk.usecases.ports.rounds import Round as Round
    from orderdesk.usecases.ports.rounds import Rounds as Rounds
    from orderdesk.usecases.ports.sending import Pace as Pace
    from orderdesk.usecases.ports.sending import Templates as Templates
    from orderdesk.usecases.ports.sending import Unsent as Unsent
    from orderdesk.usecases.ports.stock import Stock as Stock
    from orderdesk.usecases.ports.stores import Stores as Stores
    from orderdesk.usecases.ports.telling import Later as Later
    from orderdesk.usecases.ports.telling import Loudspeaker as Loudspeaker
    from orderdesk.usecases.ports.telling import Messenger as Messenger
    from orderdesk.usecases.ports.telling import Outbox as Outbox
    from orderdesk.usecases.ports.telling import Recipient as Recipient

HOME: Final = {
    "ApiKey": "access",
    "ApiKeys": "access",
    "Catalog": "catalog",
    "Conductor": "executions",
    "Connection": "access",
    "Conversations": "customers",
    "Costs": "costs",
    "Counts": "rounds",
    "Customers": "customers",
    "Discrepancy": "reconciliations",
    "Execution": "executions",
    "Executions": "executions",
    "Gateways": "payments",
    "Idempotency": "orders",
    "Inbox": "inbox",
    "InboxEntry": "inbox",
    "LastRun": "reconciliations",
    "Later": "telling",
    "ListQuery": "orders",
    "Live": "access",
    "Loudspeaker": "telling",
    "MediaQueue": "media",
    "MediaShelf": "media",
    "MediaSource": "media",
    "Messenger": "telling",
    "Orders": "orders",
    "Outbox": "telling",
    "Pace": "sending",
    "Page": "orders",
    "PageLinks": "pages",
    "Payment": "payments",
    "PaymentGateway": "payments",
    "PaymentLink": "payments",
    "Places": "places",
    "Products": "catalog",
    "Recipient": "telling",
    "Reconciliations": "reconciliations",
    "Refund": "payments",
    "Round": "rounds",
    "Rounds": "rounds",
    "Session": "access",
    "Sessions": "access",
    "Sort": "orders",
    "Stock": "stock",
    "Stores": "stores",
    "Summary": "orders",
    "Templates": "sending",
    "Unsent": "sending",
}


def __getattr__(name: str) -> object:
    if name not in HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{HOME[name]}"), name)
    globals()[name] = found
    return found
