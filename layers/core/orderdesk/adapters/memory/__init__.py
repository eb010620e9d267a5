"""The ports in memory, for tests of use cases. They pass the same contract tests as DynamoDB's.

The ones that keep data share a `Shelf`, as the real ones share a table:

    shelf = Shelf()
    orders, customers = MemoryOrders(shelf), MemoryCustomers(shelf)
"""

from orderdesk.adapters.memory.catalog import (
    MemoryAnswers,
    MemoryCatalog,
    MemoryPlaces,
    MemoryProducts,
)
from orderdesk.adapters.memory.conductor import MemoryConductor, Task
from orderdesk.adapters.memory.costs import MemoryCosts
from orderdesk.adapters.memory.executions import MemoryExecutions
from orderdesk.adapters.memory.later import MemoryLater
from orderdesk.adapters.memory.media import (
    MemoryMediaQueue,
    MemoryMediaShelf,
    MemoryMediaSource,
)
from orderdesk.adapters.memory.orders import MemoryOrders
from orderdesk.adapters.memory.outbox import MemoryOutbox
from orderdesk.adapters.memory.outside import (
    MemoryLive,
    MemoryLoudspeaker,
    MemoryMessenger,
    Pushed,
    Sent,
)
from orderdesk.adapters.memory.payments import MemoryGateways, MemoryPaymentGateway
from orderdesk.adapters.memory.people import MemoryConversations, MemoryCustomers
from orderdesk.adapters.memory.reconciliations import MemoryReconciliations
from orderdesk.adapters.memory.sending import MemoryPace, MemoryTemplates, MemoryUnsent, Paces
from orderdesk.adapters.memory.shelf import Shelf
from orderdesk.adapters.memory.shop import (
    MemoryApiKeys,
    MemoryCounts,
    MemoryRounds,
    MemorySessions,
    MemoryStores,
)
from orderdesk.adapters.memory.stock import MemoryStock

__all__ = [
    "MemoryAnswers",
    "MemoryApiKeys",
    "MemoryCatalog",
    "MemoryConductor",
    "MemoryConversations",
    "MemoryCosts",
    "MemoryCounts",
    "MemoryCustomers",
    "MemoryExecutions",
    "MemoryGateways",
    "MemoryLater",
    "MemoryLive",
    "MemoryLoudspeaker",
    "MemoryMediaQueue",
    "MemoryMediaShelf",
    "MemoryMediaSource",
    "MemoryMessenger",
    "MemoryOrders",
    "MemoryOutbox",
    "MemoryPace",
    "MemoryPaymentGateway",
    "MemoryPlaces",
    "MemoryProducts",
    "MemoryReconciliations",
    "MemoryRounds",
    "MemorySessions",
    "MemoryStock",
    "MemoryStores",
    "MemoryTemplates",
    "MemoryUnsent",
    "Paces",
    "Pushed",
    "Sent",
    "Shelf",
    "Task",
]
