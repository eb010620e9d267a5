"""One verb of the shop per module, as plain functions over the ports."""
