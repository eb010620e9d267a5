"""Being paid online: payment links and the webhooks that tell of their payments."""
