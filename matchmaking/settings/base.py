"""Settings shared by every deployment. Secure unless DEBUG is switched on."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

# --- What the environment decides ---------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "")
SECRET_KEY_FALLBACKS = [key for key in env.list("SECRET_KEY_FALLBACKS", default=[]) if key]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE_PROXY = env.bool("BEHIND_HTTPS_PROXY", False)
DATA_DIR = Path(
    env.str("PORTAL_DATA", "") or BASE_DIR / "var"
).resolve()  # empty, as in .env.example: not given
DATABASE_URL = env.str("DATABASE_URL", "") or "postgres://localhost/portal"
REDIS_URL = env.str("REDIS_URL", "") or "redis://127.0.0.1:6379"
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "portal@programme.example")
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")

# --- Applications -------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_bootstrap5",
    "crispy_forms",
    "csp",
    "django_countries",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "heroicons",
    "pghistory",
    "pgtrigger",
    "post_office",
    "matchmaking",
    "matchmaking.core",
    "accounts",
    "companies",
    "startups",
    "documents",
    "matchmaking.matches",
    "meetings",
    "research",
    "partnerships",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "matchmaking.core.middleware.PrivatePagesMiddleware",
    "matchmaking.core.middleware.ConflictMiddleware",
    "accounts.middleware.ReaderTimeZoneMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
]
ROOT_URLCONF = "matchmaking.urls"
WSGI_APPLICATION = "matchmaking.wsgi.application"
ASGI_APPLICATION = "matchmaking.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.debug",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "matchmaking.core.context.page",
                "accounts.context.account",
                "matchmaking.navigation.navigation",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data ---------------------------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **env.db_url_config(DATABASE_URL),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"TEMPLATE": "template0"},
    }
}
_given_options = DATABASES["default"].get("OPTIONS", {})
_limits = f"-c statement_timeout={env.int('STATEMENT_TIMEOUT_MS', 10_000)} -c lock_timeout=3000"
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 3,
    **_given_options,
    "options": f"{_limits} {_given_options.get('options', '')}".strip(),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Only counters of tries are cached, and a wiped cache must not give anybody new tries: PostgreSQL keeps them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cacheentry",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    },
}
PGHISTORY_APPEND_ONLY = True

# --- Background work: PostgreSQL remembers it (core.Job), the broker only rings the bell --------------------
# Work that no worker finished within this time is handed out again, then after twice the time, and so on.
JOB_LEASE_SECONDS = env.float("JOB_LEASE_SECONDS", 60)
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A message is a bell and may be lost: the ledger's lease brings the work back. Kombu's own copies of messages in
    # work would end the worker when the broker is away at the moment at which it wants to put them back.
    "ack_emulation": False,
    "visibility_timeout": 600,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "max_retries": 0,  # whoever rings the bell does not wait for a broker that is away; workers try on their own
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "relay-jobs": {"task": "core.relay", "schedule": 5.0, "options": {"expires": 10}},
    "nightly-run": {
        "task": "matches.start_nightly_run",
        "schedule": crontab(hour=17, minute=30),
    },  # 02:30 in Tokyo
    "clear-shelf": {"task": "startups.clear_shelf", "schedule": 3600.0},
    "clear-documents": {"task": "documents.clear_shelf", "schedule": 3600.0},
    "look-after-terms": {"task": "accounts.look_after_terms", "schedule": crontab(hour="*/6", minute=20)},
    "look-after-deletions": {
        "task": "accounts.look_after_deletions",
        "schedule": crontab(hour="*/6", minute=40),
    },
    "forget-old-rates": {"task": "core.forget_old_rates", "schedule": crontab(hour=18, minute=20)},
    "forget-old-mail": {"task": "core.forget_old_mail", "schedule": crontab(hour=18, minute=10)},
    "queue-asks": {"task": "meetings.queue_asks", "schedule": 900.0},
    "queue-answer-reminders": {"task": "meetings.queue_answer_reminders", "schedule": 900.0},
    "follow-up-confirmations": {"task": "meetings.follow_up_confirmations", "schedule": 900.0},
    "lapse-requests": {"task": "meetings.lapse_requests", "schedule": 600.0},
    "queue-reminders": {"task": "meetings.queue_reminders", "schedule": 120.0},
    "recheck-meetings": {"task": "meetings.recheck_all", "schedule": crontab(hour=19, minute=10)},
    "finish-rounds": {"task": "meetings.finish_rounds", "schedule": crontab(minute=25)},
    "ask-how-it-went": {"task": "meetings.ask_how_it_went", "schedule": 900.0},
    "read-research-anew": {"task": "research.read_anew", "schedule": 3600.0},
    "remind-of-research": {"task": "research.queue_reminders", "schedule": 3600.0},
    "remind-of-steps": {"task": "partnerships.remind_of_steps", "schedule": 3600.0},
    "look-after-outcomes": {
        "task": "partnerships.look_after_outcomes",
        "schedule": crontab(hour=0, minute=10),
    },
    "send-mail": {"task": "core.send_queued_mail", "schedule": 15.0, "options": {"expires": 30}},
}

# --- People -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "login": "accounts.sign_in_forms.LogInForm",
    "signup": "accounts.sign_in_forms.SignUpForm",
    "add_email": "accounts.sign_in_forms.ChangeEmailForm",
    "change_password": "accounts.sign_in_forms.ChangePasswordForm",
    "set_password": "accounts.sign_in_forms.SetPasswordForm",
    "reset_password": "accounts.sign_in_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.sign_in_forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.sign_in_forms.ReauthenticateForm",
    "confirm_email_verification_code": "accounts.sign_in_forms.EmailCodeForm",
}
# What fails is counted by account, by address of the sender, and for everybody together.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/300s/key",
    "login_failed_anywhere": f"{env.int('FAILED_SIGN_INS_A_MINUTE', 300)}/m/key",
    "open_invitation": "20/m/ip",
    "calendar_feed": "60/m/ip,30/600s/key",
    "outcome_link": "60/m/ip,60/600s/key",
    "renew_outcome_link": "10/h/ip,2/h/key",
}
# What one signed-in person may do: how often, within how many seconds (core/rates.py).
RATE_LIMITS = {"search": (30, 60), "suggest": (60, 60)}
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.str("TRUSTED_PROXIES", "") or SECURE_PROXY)
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG  # browsers take http://localhost for safe, the library does not
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "accounts.sign_in_forms.SecondStepForm",
    "reauthenticate": "accounts.sign_in_forms.SecondStepAgainForm",
    "activate_totp": "accounts.sign_in_forms.ActivateAppForm",
    "add_webauthn": "accounts.sign_in_forms.AddPasskeyForm",
    "edit_webauthn": "accounts.sign_in_forms.EditPasskeyForm",
    "signup_webauthn": "accounts.sign_in_forms.SignUpPasskeyForm",
}
# Administrators, officers and experts get no further than setting one up. In a trial the sample's people need none.
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", not DEBUG)
SESSION_COOKIE_AGE = 60 * 60 * 12
PASSWORD_RESET_TIMEOUT = 60 * 60 * 2
INVITATION_HOURS = 72
INVITATIONS_A_DAY = env.int("INVITATIONS_A_DAY", 20)

# How long a page waits for a worker to say what the words of a search mean; then it shows what contains them.
SEARCH_WAIT_SECONDS = 1.5

# --- Mail: queued in the database by django-post-office, sent by the worker ---------------------------------
EMAIL_BACKEND = "post_office.EmailBackend"
if MAIL_URL := env.str("MAIL_URL", ""):
    vars().update(
        {key: value for key, value in env.email_url_config(MAIL_URL).items() if key != "EMAIL_BACKEND"}
    )
    MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
else:  # nothing leaves the machine: the queue itself is readable in the browser while DEBUG is on
    MAIL_TRANSPORT = "django.core.mail.backends.dummy.EmailBackend"
POST_OFFICE = {"BACKENDS": {"default": MAIL_TRANSPORT}, "DEFAULT_PRIORITY": "medium", "MAX_RETRIES": 5}

# --- Languages and times ------------------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
# Countries whose Japanese names in the package are not, or no longer, those of the foreign ministry.
COUNTRIES_OVERRIDE = {
    "GE": _("Georgia"),
    "GF": _("French Guiana"),
    "KG": _("Kyrgyzstan"),
    "LU": _("Luxembourg"),
    "MV": _("Maldives"),
}
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True

# --- Static files: Bootstrap comes from an installed package, the portal's own look from static/ ------------
_bootstrap = importlib.util.find_spec("bootstrap_wrapper")
if _bootstrap is None or _bootstrap.origin is None:
    raise ImportError("bootstrap-wrapper is not installed: run `make setup`.")
_bootstrap_assets = Path(_bootstrap.origin).parent.parent / "bootstrap"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap/css", str(_bootstrap_assets / "css")),
    ("bootstrap/js", str(_bootstrap_assets / "js")),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# --- Uploaded files: below MEDIA_ROOT under random names, handed out by views only, never by address ---------
MEDIA_ROOT = DATA_DIR / "media"
SENDFILE_ROOT = MEDIA_ROOT
SENDFILE_URL = "/protected"  # where nginx finds SENDFILE_ROOT ("internal"), if it hands the files out
SENDFILE_BACKEND = f"django_sendfile.backends.{env.str('SENDFILE_BACKEND', 'simple')}"
CLAMD_URL = env.str("CLAMD_URL", "")

# --- Forms and tables ---------------------------------------------------------------------------------------
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["bootstrap5"]
DJANGO_TABLES2_TEMPLATE = "django_tables2/portal.html"
FILTERS_EMPTY_CHOICE_LABEL = _("All")

# --- Security -----------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap draws its check marks and chevrons as data: images
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
if not DEBUG and SECURE_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrftoken"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000  # the availability of a month has one box for each half hour

# --- Promises the ministry may change -----------------------------------------------------------------------
PROGRAMME_NAME = _("Japan-Asia Startup Matching Programme")
REVIEW_WORKING_DAYS = env.int("REVIEW_WORKING_DAYS", 5)
REVIEW_SILENCE_MINUTES = env.int("REVIEW_SILENCE_MINUTES", 10)  # then another officer counts as looking
RENEWAL_MONTHS = env.int("RENEWAL_MONTHS", 12)  # then the members say that their profile is still true
DELETION_DAYS = env.int("DELETION_DAYS", 30)  # within which a request to erase an organisation is carried out
MAIL_DAYS = env.int("MAIL_DAYS", 90)  # after which mail that was sent is deleted
ANSWER_WORKING_DAYS = env.int("ANSWER_WORKING_DAYS", 5)
CONFIRM_WORKING_DAYS = env.int(
    "CONFIRM_WORKING_DAYS", 3
)  # within which a side says that it comes to a meeting
# So many requests of an organisation may wait for an answer at once: those it asks for, and those it has to answer.
OPEN_REQUESTS_MAX = env.int("OPEN_REQUESTS_MAX", 10)
UNANSWERED_REQUESTS_MAX = env.int("UNANSWERED_REQUESTS_MAX", 20)
BOOKING_LEAD_HOURS = env.int("BOOKING_LEAD_HOURS", 24)  # a meeting is booked or moved no later than this
DECK_PAGES = env.int("DECK_PAGES", 30)
DECK_MEGABYTES = env.int("DECK_MEGABYTES", 20)
SHOW_SAMPLE_LOGINS = DEBUG

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name} {message}", "style": "{"}},
    "filters": {"without_secrets": {"()": "matchmaking.core.logs.WithoutSecrets"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_secrets"]}
    },
    "loggers": {
        "post_office": {"handlers": ["console"], "propagate": False}
    },  # else it adds a handler of its own
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO" if DEBUG else "WARNING")},
}
