"""What is said, when it may be said, and how fast."""
