"""The outside world, one folder or module per service."""
