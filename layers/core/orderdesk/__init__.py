"""Orderdesk: order management for shops that sell through WhatsApp."""
