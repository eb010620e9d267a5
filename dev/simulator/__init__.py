"""A WhatsApp and payment-gateway simulator for the local cloud: Meta's contract on both sides."""
