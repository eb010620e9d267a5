"""The HTTP API for integrators: documented by the OpenAPI document that it serves itself."""
