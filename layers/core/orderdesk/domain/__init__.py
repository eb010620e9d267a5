"""The rules of the shop. Standard library only: nothing here knows of AWS, HTTP or WhatsApp."""
