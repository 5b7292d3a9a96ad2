"""The product's settings with the style guide as root: only the web app, no database, nothing to set up."""

from __future__ import annotations

from goodword.config.settings import *  # noqa: F403 - settings are meant to be taken whole
from goodword.config.settings import INSTALLED_APPS as PRODUCT_APPS
from goodword.config.settings import MIDDLEWARE as PRODUCT_MIDDLEWARE

INSTALLED_APPS = [name for name in PRODUCT_APPS if not name.startswith("goodword.")] + ["goodword.web"]
MIDDLEWARE = [name for name in PRODUCT_MIDDLEWARE if not name.startswith("goodword.web.api.")]  # tills need a database
AUTH_USER_MODEL = "auth.User"
ROOT_URLCONF = "goodword.web.styleguide.urls"
DATABASES: dict[str, object] = {}
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
