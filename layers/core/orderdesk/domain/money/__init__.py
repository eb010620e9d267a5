"""Amounts, the ledger, prices and terms, ways to pay."""
