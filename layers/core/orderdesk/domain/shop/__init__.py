"""What a shop decides and has: settings, hours, products, places, stock."""
