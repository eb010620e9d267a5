"""The staff's pages: rendered on the server, kept fresh by htmx and a WebSocket."""
