"""Django settings, read from the environment.

| variable | meaning | default |
|---|---|---|
| DATABASE_URL | PostgreSQL address; without it nothing that needs a database works | none |
| NGUON_SECRET_KEY | signs sessions and forms, which end with it | a new one each start |
| NGUON_ALLOWED_HOSTS | host names served, comma separated | localhost,127.0.0.1,[::1] |
| NGUON_BASE_URL | the address people reach, without a closing slash | http://localhost:8000 |
| NGUON_DEBUG | 1: Django's own error pages, open capture | 0 |
| NGUON_DEMO | 1: every page says that its data are samples; `nguon demo` sets it | 0 |
| NGUON_REGION, NGUON_OPERATOR | names in the header and the footer | Quảng Ninh, none |
| NGUON_POOL | most connections to the database a process holds | 8 |
| NGUON_LOG_LEVEL | debug, info, warning or error; requests are logged at info | info |
| NGUON_CAPTURE_LIMIT | most events in one capture through the EPCIS door | 1000000 |
| NGUON_DATA | folder of the keys of stamps and of printed files | .nguon |
| NGUON_STAMP_KEYS | file of the keys of stamps (`nguon keys`) | in NGUON_DATA |
| NGUON_LEDGER_KEYS | file of the keys that sign roots (`nguon ledger keys`) | in NGUON_DATA |
| NGUON_FILES | folder of printed files and of captures that wait | in NGUON_DATA |
| NGUON_CAPTURE_FILE_SIZE_LIMIT | most bytes in one capture through the EPCIS door | 1073741824 |
| NGUON_REFUSE_SENSOR_TWINS | 1: a field of a sensor in both its places is refused | 0, flagged |
| NGUON_CALLBACKS_ALLOWED | networks beside the public ones that subscribers may be in | none |
| NGUON_CALLBACKS_TIMEOUT | seconds that one callback may take | 30 |
| NGUON_CALLBACKS_EVENTS | most events of one callback | 100 |
| NGUON_CALLBACKS_THREADS | callbacks that one worker makes at once | 8 |
| NGUON_SCHEDULE_ZONE | time zone that query schedules are read in | Asia/Ho_Chi_Minh |
| NGUON_STREAM_URL | where WebSockets are opened, without a path | NGUON_BASE_URL |
| NGUON_REFUSE_DISPOSITIONS | 1: persistentDisposition in other events is refused | 0, flagged |
"""

from __future__ import annotations

import os
import secrets
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from nguon.web.databases import read_database_url
from nguon.web.logs import configure_logs

BASE_DIR = Path(__file__).resolve().parent


def _read_list(name: str, default: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _installed(module: str) -> bool:
    """Whether a room is there: a missing one is no error, a broken one is."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


DEBUG = os.environ.get("NGUON_DEBUG", "") == "1"
SECRET_KEY = os.environ.get("NGUON_SECRET_KEY") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = _read_list("NGUON_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")

NGUON_BASE_URL = os.environ.get("NGUON_BASE_URL", "http://localhost:8000").rstrip("/")
NGUON_REGION = os.environ.get("NGUON_REGION", "Quảng Ninh")
NGUON_OPERATOR = os.environ.get("NGUON_OPERATOR", "")
NGUON_DEMO = os.environ.get("NGUON_DEMO", "") == "1"
_DATA = Path(os.environ.get("NGUON_DATA", ".nguon"))
NGUON_STAMP_KEYS = os.environ.get("NGUON_STAMP_KEYS") or str(_DATA / "stamp-keys.json")
NGUON_LEDGER_KEYS = os.environ.get("NGUON_LEDGER_KEYS") or str(_DATA / "ledger-keys.json")
NGUON_FILES = os.environ.get("NGUON_FILES") or str(_DATA / "files")
NGUON_CAPTURE_LIMIT = int(os.environ.get("NGUON_CAPTURE_LIMIT", "1000000"))
NGUON_CAPTURE_FILE_SIZE_LIMIT = int(os.environ.get("NGUON_CAPTURE_FILE_SIZE_LIMIT", str(1 << 30)))
NGUON_REFUSE_SENSOR_TWINS = os.environ.get("NGUON_REFUSE_SENSOR_TWINS", "") == "1"
NGUON_REFUSE_DISPOSITIONS = os.environ.get("NGUON_REFUSE_DISPOSITIONS", "") == "1"
NGUON_CALLBACKS_ALLOWED = _read_list("NGUON_CALLBACKS_ALLOWED", "")
NGUON_CALLBACKS_TIMEOUT = float(os.environ.get("NGUON_CALLBACKS_TIMEOUT", "30"))
NGUON_CALLBACKS_EVENTS = int(os.environ.get("NGUON_CALLBACKS_EVENTS", "100"))
NGUON_CALLBACKS_THREADS = int(os.environ.get("NGUON_CALLBACKS_THREADS", "8"))
NGUON_SCHEDULE_ZONE = os.environ.get("NGUON_SCHEDULE_ZONE", "Asia/Ho_Chi_Minh")
# ws for http, wss for https.
NGUON_STREAM_URL = os.environ.get("NGUON_STREAM_URL") or NGUON_BASE_URL.replace("http", "ws", 1)
NGUON_CAPTURE_KEY = os.environ.get("NGUON_CAPTURE_KEY", "")
NGUON_OPEN_CAPTURE = os.environ.get("NGUON_OPEN_CAPTURE", "1" if DEBUG else "0") == "1"

# Addresses of rooms hang below these; web/urls.py includes the ones that are installed.
ROOMS = [
    room
    for room in (
        *("accounts", "registry", "labels", "proofs", "resolver", "scan", "tracing", "exchange"),
    )
    if _installed(f"nguon.{room}.urls") or _installed(f"nguon.{room}.models")
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "nguon.web",
    *(f"nguon.{room}" for room in ROOMS),
]

MIDDLEWARE = [
    "nguon.web.middleware.LogMiddleware",
    "nguon.resolver.middleware.ResolverMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "nguon.web.middleware.PolicyMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "nguon.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "nguon.web.middleware.FaultMiddleware",
]

ROOT_URLCONF = "nguon.web.urls"
WSGI_APPLICATION = "nguon.web.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "nguon.web.templatetags.parts"],
            "context_processors": [
                "django.template.context_processors.request",
                "nguon.web.context.describe_page",
                "nguon.web.desk.describe_desk",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

NGUON_POOL = int(os.environ.get("NGUON_POOL", "8"))
DATABASES = {"default": read_database_url(os.environ.get("DATABASE_URL", ""), pool=NGUON_POOL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "nguon_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = os.environ.get("NGUON_STATIC_ROOT") or None
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/desk/"
SESSION_COOKIE_NAME = "nguon_session"
SESSION_COOKIE_AGE = 14 * 24 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

HTTPS = NGUON_BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = [NGUON_BASE_URL]
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

# Captures are read as a stream with limits of their own; forms here are small.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# The longest address that is read holds fewer parameters than this: the door itself judges them.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

LOGGING_CONFIG = None
configure_logs(os.environ.get("NGUON_LOG_LEVEL", "debug" if DEBUG else "info"))
