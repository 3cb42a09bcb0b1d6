"""The back-office itself: mirror, operations, webhooks and the admin pages."""
