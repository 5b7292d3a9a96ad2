"""The web app: doors, templates and static files; no models."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Django's name for the web package."""

    name = "goodword.web"
    label = "web"
