"""The demo shop: its catalog, its pictures and a morning of its orders."""
