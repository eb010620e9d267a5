"""What the shop says, in the customer's language."""
