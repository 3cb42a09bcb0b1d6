"""The intake's addresses: with a secret in the path where one is configured, without otherwise."""

from django.urls import path

from accounts_app.webhooks.views import OffBlocksWebhook

app_name = "webhooks"
urlpatterns = [
    path("offblocks/", OffBlocksWebhook.as_view(), name="offblocks"),
    path("offblocks/<str:secret>/", OffBlocksWebhook.as_view(), name="offblocks"),
]
