"""What customers and Meta tell the shop, and what it does to orders."""
