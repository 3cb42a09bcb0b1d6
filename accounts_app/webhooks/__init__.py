"""The intake of the provider's webhooks: believed, read strictly, stored, acknowledged."""
