"""Settings: safe defaults, every difference is a VEREDA_ variable (docs/operate/settings.md).

Product options (limits, thresholds, names) are data in the workspace, not settings.
"""

import secrets
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from vereda.config.databases import database_from
from vereda.config.env import environment
from vereda.config.mail import mail_settings_from

PACKAGE = Path(__file__).resolve().parent.parent

HOME = Path(environment.text("HOME", "var")).resolve()
HOST = environment.text("HOST", "127.0.0.1")
PORT = environment.number("PORT", 8000)
BASE_URL = environment.text("BASE_URL", f"http://{HOST}:{PORT}").rstrip("/")
SECURE = BASE_URL.startswith("https://")
DEBUG = environment.flag("DEBUG")
GALLERY = environment.flag("GALLERY", default=DEBUG)
ADMIN = environment.flag("ADMIN")
OPEN_SIGN_UP = environment.flag("OPEN_SIGN_UP")
TRUSTED_PROXIES = environment.words("TRUSTED_PROXIES")
OUTBOUND_ALLOW = environment.words("OUTBOUND_ALLOW")
EVENTS_URL = environment.text("EVENTS_URL", "duckdb:///events.duckdb")
DISK_RESERVE = environment.number("DISK_RESERVE", 256)
THREADS = environment.number("THREADS", 16)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS") or [
    BASE_URL.split("://", 1)[1].split(":")[0].split("/")[0],
    "localhost",
    "127.0.0.1",
    "[::1]",
]


def secret_key() -> str:
    """The signing key: given, or made at the first start and kept in VEREDA_HOME."""
    if given := environment.text("SECRET_KEY"):
        return given
    path = HOME / "secret-key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


SECRET_KEY = secret_key()

INSTALLED_APPS = [
    "vereda.foundation.apps.FoundationConfig",
    "vereda.workspaces.apps.WorkspacesConfig",
    "vereda.product.apps.ProductConfig",
    "vereda.customers.apps.CustomersConfig",
    "vereda.privacy.apps.PrivacyConfig",
    "vereda.events.apps.EventsConfig",
    "vereda.revenue.apps.RevenueConfig",
    "vereda.support.apps.SupportConfig",
    "vereda.surveys.apps.SurveysConfig",
    "vereda.audiences.apps.AudiencesConfig",
    "vereda.messaging.apps.MessagingConfig",
    "vereda.worklist.apps.WorklistConfig",
    "vereda.outcomes.apps.OutcomesConfig",
    "vereda.adoption.apps.AdoptionConfig",
    "vereda.health.apps.HealthConfig",
    "vereda.onboarding.apps.OnboardingConfig",
    "vereda.imports.apps.ImportsConfig",
    "vereda.console.apps.ConsoleConfig",
    "vereda.portal.apps.PortalConfig",
    "vereda.sample.apps.SampleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "vereda.config.middleware.common_headers",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "vereda.config.middleware.preferences",
]

ROOT_URLCONF = "vereda.config.urls"
WSGI_APPLICATION = "vereda.config.wsgi.application"
VEREDA_WIRING = "vereda.config.wiring"
VEREDA_MEMBER_IN = "vereda.workspaces.queries.member_in"
VEREDA_CONFIRM = "vereda.workspaces.sign_in.require_confirmation"
VEREDA_BEARER_OF = "vereda.workspaces.bearers.bearer_of"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            ["django.template.loaders.app_directories.Loader"],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "vereda.foundation.shell.shell",
            ],
        },
    }
]

FORM_RENDERER = "vereda.foundation.forms_renderer.FormRenderer"

DATABASES = {"default": database_from(environment.text("DATABASE_URL"), home=HOME)}
CACHES = {
    "default": {  # only what all processes must count together: failed sign-ins
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

AUTH_USER_MODEL = "workspaces.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "vereda.workspaces.sign_in.SignInAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,10/5m/key"}  # counted in the shared cache
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Vereda"
MFA_FORMS = {"add_webauthn": "vereda.workspaces.sign_in.PasskeyForm"}
MFA_ADAPTER = "vereda.workspaces.sign_in.SecondFactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-vereda" if SECURE else "vereda"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 7 * 24 * 3600
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_NAME = "__Host-vereda-csrf" if SECURE else "vereda-csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "vereda.config.pages.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
SELF = ["'self'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": SELF,
        "style-src": SELF,
        "img-src": [*SELF, "data:"],
        "font-src": SELF,
        "connect-src": SELF,
        "form-action": SELF,
        "manifest-src": SELF,
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["vereda.imports.uploads.BoundedUploads"]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [("dist", PACKAGE / "static" / "dist")]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

globals().update(mail_settings_from(environment.text("EMAIL_URL"), home=HOME))
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM", "Vereda <vereda@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "WARNING")},
}

environment.refuse_unknown()
