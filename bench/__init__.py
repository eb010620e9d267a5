"""What Orderdesk costs in time and money, measured against its budgets: `make bench`."""
