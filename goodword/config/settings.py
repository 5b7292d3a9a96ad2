"""Django's settings: one file, everything variable read from the environment by env.py."""

from __future__ import annotations

import os
from pathlib import Path

from goodword.config import env
from goodword.config.secret_key import kept_key

CONFIGURATION = env.read(os.environ)
PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = CONFIGURATION.debug
SECRET_KEY = CONFIGURATION.secret_key or kept_key(CONFIGURATION.data)
PUBLIC_URL = CONFIGURATION.public_url
HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = list(CONFIGURATION.allowed_hosts)
TRUSTED_PROXIES = CONFIGURATION.trusted_proxies
DATA = CONFIGURATION.data
UNKNOWN_VARIABLES = env.unknown(os.environ)

OWN_APPS = [
    "goodword.ledger",
    "goodword.business",
    "goodword.inbox",
    "goodword.people",
    "goodword.work",
    "goodword.programmes",
    "goodword.referrals",
    "goodword.vouchers",
    "goodword.rewards",
    "goodword.outbox",
    "goodword.web",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    *[name for name in OWN_APPS if (PACKAGE / name.removeprefix("goodword.") / "__init__.py").exists()],
]

MIDDLEWARE = [
    "goodword.config.middleware.TrustedProxies",
    "django.middleware.security.SecurityMiddleware",
    "goodword.config.middleware.ContentSecurityPolicy",
    "goodword.config.middleware.NoNul",
    "goodword.web.api.vouchers_quick.Tills",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "goodword.config.urls"
WSGI_APPLICATION = "goodword.config.wsgi.application"
APPEND_SLASH = False

_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "loaders": _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
COTTON_DIR = "components"

DATABASES = {"default": CONFIGURATION.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "business.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "goodword.config.signin.StaffAccounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = None  # the person ticks it
ACCOUNT_SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {  # counted by each process of its own: docs/how-to/people.md
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "reset_password": "10/m/ip,3/h/key",
    "reset_password_from_key": "20/m/ip",
}
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24
MFA_ADAPTER = "goodword.config.signin.SecondStep"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # staff come by invitation: nothing is verified afterwards
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Goodword"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_FORMS = {
    "authenticate": "goodword.config.signin.CodeAtSignIn",
    "reauthenticate": "goodword.config.signin.CodeOnceMore",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/console/"
LOGOUT_REDIRECT_URL = "/"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if HTTPS else []
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("sv", "Svenska"), ("ar", "العربية")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = []  # goodword/web/static is found through its app
WHITENOISE_USE_FINDERS = True  # nothing to collect: what is installed is what is served
MEDIA_ROOT = DATA / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024  # a batch of 1,000 events fits

API_REQUESTS_PER_MINUTE = CONFIGURATION.api_requests_per_minute
DEFAULT_FROM_EMAIL = SERVER_EMAIL = CONFIGURATION.email_from
MAIL_SERVER = CONFIGURATION.mail is not None
if CONFIGURATION.mail:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = CONFIGURATION.mail.host, CONFIGURATION.mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = CONFIGURATION.mail.user, CONFIGURATION.mail.password
    EMAIL_USE_TLS = CONFIGURATION.mail.tls == "starttls"
    EMAIL_USE_SSL = CONFIGURATION.mail.tls == "implicit"
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA / "mail")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask_codes": {"()": "goodword.config.logs.MaskCodes"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["mask_codes"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "weasyprint.progress": {"handlers": [], "propagate": False},  # sets its own level
    },
}
