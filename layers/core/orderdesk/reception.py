"""All that it takes to receive, from the environment."""

from __future__ import annotations

from orderdesk import wiring
from orderdesk.adapters.whatsapp.inbound import reread
from orderdesk.usecases.intake.turn import Reception


def reception() -> Reception:
    return Reception(
        orders=wiring.orders(),
        stores=wiring.stores(),
        customers=wiring.customers(),
        conversations=wiring.conversations(),
        unsent=wiring.unsent(),
        outbox=wiring.outbox(),
        prices=wiring.prices(),
        gateways=wiring.gateways(),
        own_store_id=wiring.env("STORE_ID"),
        reread=reread,
        pages=wiring.pages(),
        places=wiring.places(),
        costs=wiring.costs(),
        media_queue=wiring.media_queue(),
        templates=wiring.templates(),
    )
