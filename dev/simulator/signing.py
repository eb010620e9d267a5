"""Bytes and signatures exactly as Meta, Razorpay, Stripe and couriers send them."""

import hashlib
import hmac
import json
from typing import Any

WHATSAPP_SIGNATURE = "X-Hub-Signature-256"
PAYMENT_SIGNATURE = "X-Razorpay-Signature"
STRIPE_SIGNATURE = "Stripe-Signature"
COURIER_SIGNATURE = "X-Orderdesk-Signature"
COURIER_TOKEN = "X-Api-Key"


def meta_json(document: Any) -> str:
    r"""Return JSON as Meta writes it: non-ASCII as \uXXXX and every slash as \/."""
    return json.dumps(document, separators=(",", ":")).replace("/", "\\/")


def hex_hmac(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def whatsapp_signature(app_secret: str, body: bytes) -> dict[str, str]:
    return {WHATSAPP_SIGNATURE: "sha256=" + hex_hmac(app_secret, body)}


def payment_signature(secret: str, body: bytes) -> dict[str, str]:
    return {PAYMENT_SIGNATURE: hex_hmac(secret, body)}


def stripe_signature(secret: str, body: bytes, at: int) -> dict[str, str]:
    return {STRIPE_SIGNATURE: f"t={at},v1={hex_hmac(secret, f'{at}.'.encode() + body)}"}


def courier_signature(secret: str, body: bytes) -> dict[str, str]:
    return {COURIER_SIGNATURE: "sha256=" + hex_hmac(secret, body)}
