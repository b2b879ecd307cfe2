"""Where things are, what is installed, how requests pass."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from webapp.settings import env

BASE_DIR = env.BASE_DIR
TANDEM_HOME = Path(env.text("TANDEM_HOME", "var"))
if not TANDEM_HOME.is_absolute():
    TANDEM_HOME = BASE_DIR / TANDEM_HOME

DEBUG = env.flag("TANDEM_DEBUG", default=False)
PORT = env.integer("PORT", 8000, least=1)
PUBLIC_URL = env.address("TANDEM_PUBLIC_URL", f"http://127.0.0.1:{PORT}")

# A deployment (TANDEM_PRODUCTION=1, as in docker-compose.yml) takes its secret from
# outside and refuses to start without one; alone on a laptop we keep one of our own.
PRODUCTION = env.flag("TANDEM_PRODUCTION", default=False)
SECRET_KEY = env.text("SECRET_KEY")
if PRODUCTION and len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("SECRET_KEY: set one of at least 32 characters")
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("TANDEM_DEBUG=1 is refused with TANDEM_PRODUCTION=1")
SECRET_KEY = SECRET_KEY or env.kept_secret(TANDEM_HOME / "secret_key")

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "webapp.common",
    "webapp.accounts",
    "webapp.generation",
    "webapp.chat",
    "webapp.workspace",
    "webapp.usage",
    "webapp.tuning",
    "webapp.launch",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "webapp.common.static_middleware.StaticFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "webapp.usage.middleware.AdminPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "webapp.accounts.middleware.LanguageMiddleware",
    "webapp.common.time_zone.TimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "webapp.accounts.middleware.SessionActivityMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "webapp.common.middleware.NoStoreMiddleware",
    "webapp.common.unavailable.UnavailableMiddleware",
]

ROOT_URLCONF = "webapp.urls"
ASGI_APPLICATION = "webapp.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "webapp.accounts.context_processors.people",
                "webapp.workspace.context_processors.workspace",
            ],
        },
    }
]

STATIC_URL = "/static/"
STATIC_ROOT = TANDEM_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "webapp.common.storage.ModuleStaticFilesStorage"},
}

# Requests carry text, not files: a larger body is refused before it is parsed.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
