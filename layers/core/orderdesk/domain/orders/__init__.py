"""An order and what can happen to it: stages, moves, edits, parcels, returns, its history."""
