"""What customers and staff hear, and how it leaves."""
