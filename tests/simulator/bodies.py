"""Messages of a shop, right unless a test says otherwise."""

from typing import Any

from dev.simulator.store import Json


def interactive(kind: str, action: Json, *, body: str = "?", **more: Any) -> Json:
    content = {"type": kind, "body": {"text": body}, "action": action} | more
    return {"type": "interactive", "interactive": content}


def address_message(**parameters: Any) -> Json:
    action = {"name": "address_message", "parameters": {"country": "IN"} | parameters}
    return interactive("address_message", action)


def flow(**parameters: Any) -> Json:
    """A Flow that begins at ADDRESS; a parameter of None is left out."""
    wanted: Json = {
        "flow_message_version": "3",
        "flow_token": "token-1",
        "flow_id": "123456789012345",
        "flow_cta": "Give the address",
        "mode": "published",
        "flow_action": "navigate",
        "flow_action_payload": {"screen": "ADDRESS"},
    } | parameters
    kept = {name: value for name, value in wanted.items() if value is not None}
    return interactive("flow", {"name": "flow", "parameters": kept})


def flow_json(**screen: Any) -> Json:
    """A Flow of one screen with a city."""
    form = [
        {"type": "TextInput", "name": "city", "label": "City", "required": True},
        {"type": "Footer", "label": "Send", "on-click-action": {"name": "complete"}},
    ]
    made = {
        "id": "ADDRESS",
        "title": "Delivery",
        "terminal": True,
        "data": {"city": {"type": "string", "__example__": "Pune"}},
        "layout": {"type": "SingleColumnLayout", "children": [{"type": "Form", "children": form}]},
    } | screen
    return {"version": "7.0", "screens": [made]}


def amount(value: int) -> Json:
    return {"value": value, "offset": 100}


RAZORPAY: Json = {
    "type": "payment_gateway",
    "payment_gateway": {
        "type": "razorpay",
        "configuration_name": "shop-pay",
        "razorpay": {"receipt": "1042-1", "notes": {"order_id": "o1"}},
    },
}
UPI_LINK: Json = {
    "type": "upi_intent_link",
    "upi_intent_link": {"link": "upi://pay?pa=shop@bank&pn=Shop&tr=1042-1&am=240.00&cu=INR"},
}
PAYMENT_LINK: Json = {"type": "payment_link", "payment_link": {"uri": "https://pay.example/1"}}
PIX: Json = {
    "type": "pix_dynamic_code",
    "pix_dynamic_code": {
        "code": (
            "00020126360014br.gov.bcb.pix0114395805250001895204000053039865406240.00"
            "5802BR5904Loja6009Sao Paulo6209050510421630446FD"
        ),
        "merchant_name": "Loja",
        "key": "39580525000189",
        "key_type": "CNPJ",
    },
}


def order(**changes: Any) -> Json:
    """Two ladoos at 100, shipping 50, discount 10; a change of None leaves a part out."""
    item = {"retailer_id": "SL-1", "name": "Ladoo", "amount": amount(10000), "quantity": 2}
    made: Json = {
        "status": "pending",
        "catalog_id": "194836987003835",
        "items": [item],
        "subtotal": amount(20000),
        "tax": amount(0),
        "shipping": amount(5000),
        "discount": amount(1000),
    } | changes
    return {name: value for name, value in made.items() if value is not None}


def order_parameters(**changes: Any) -> Json:
    """An order of 240.00 by Razorpay; a change of None leaves a parameter out."""
    made: Json = {
        "reference_id": "1042-1",
        "type": "digital-goods",
        "currency": "INR",
        "total_amount": amount(24000),
        "payment_settings": [RAZORPAY],
        "order": order(),
    } | changes
    return {name: value for name, value in made.items() if value is not None}


def order_details(**changes: Any) -> Json:
    action = {"name": "review_and_pay", "parameters": order_parameters(**changes)}
    return interactive("order_details", action)


def order_status(status: str, reference_id: str = "1042-1", **more: Any) -> Json:
    parameters = {"reference_id": reference_id, "order": {"status": status}} | more
    return interactive("order_status", {"name": "review_order", "parameters": parameters})
