"""Being paid, paying back, and asking whether the books are right."""
