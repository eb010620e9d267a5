"""Couriers and aggregators: who they are, and what their scans say."""
