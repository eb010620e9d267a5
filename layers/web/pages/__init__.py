"""The customers' pages: no sign-in, no scripts, one request each."""
