"""WhatsApp as Meta speaks it: signatures, inbound bodies, outbound messages."""
