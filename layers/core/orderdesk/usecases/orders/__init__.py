"""What happens to an order: placed, moved, changed, held against the clock."""
