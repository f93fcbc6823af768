"""What every environment shares; dev, test and prod say what differs."""

from pathlib import Path

from config import env

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env.text("ZHIPING_VAR", str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "accounts.apps.BackOfficeConfig",  # django.contrib.admin, for the system role alone
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "audit",
    "accounts",
    "hospitals",
    "rubrics",
    "assessments",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.headers.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.preferences.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.gate.SessionLimitsMiddleware",
    "accounts.gate.SignInRequiredMiddleware",
    "accounts.gate.NewPasswordMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hospitals.shell.shell",
                "assessments.bell.bell",
            ],
        },
    },
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.BackOffBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "files"  # outside the web root: served only through checked views

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.errors.forged"
CSRF_COOKIE_HTTPONLY = False  # the autosave module reads the token
SESSION_COOKIE_AGE = 12 * 60 * 60  # after this a person signs in again, however busy
SESSION_IDLE_SECONDS = env.number("ZHIPING_IDLE_MINUTES", 30) * 60
TRUSTED_PROXIES = env.number("ZHIPING_PROXIES", 0)  # how many stand before the application
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CROSS_ORIGIN_RESOURCE_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}

PUBLIC_ADDRESS = env.text("ZHIPING_ADDRESS", "").rstrip("/")  # where people reach it; links in e-mails
DEFAULT_FROM_EMAIL = env.text("ZHIPING_MAIL_FROM", "zhiping@localhost")
EMAIL_TIMEOUT = 20  # seconds

UPLOAD_MAX_BYTES = env.number("ZHIPING_UPLOAD_MAX_MB", 20) * 1024 * 1024
DEMO_CHECKS = env.flag("ZHIPING_DEMO_CHECKS", True)  # a hospital of the demo hands in data to be checked
EXTRACT_MAX_BYTES = env.number("ZHIPING_EXTRACT_MAX_MB", 4096) * 1024 * 1024  # one bundle of data files
SIGNING_KEY = env.text(
    "ZHIPING_SIGNING_KEY", ""
)  # PEM text (or _FILE): submissions leave this network signed
EXTRACT_KEEP_DAYS = env.number("ZHIPING_EXTRACT_KEEP_DAYS", 30)  # then raw data are destroyed
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "accounts.api.description.Description",
    "URL_FORMAT_OVERRIDE": None,  # Accept says what is wanted; a query knows the names of its description alone
}
API_RATES = {  # requests a minute and person; counted per process without Redis
    "read": env.number("ZHIPING_API_READS", 600),
    "write": env.number("ZHIPING_API_WRITES", 120),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "智评 Zhiping",
    "VERSION": "1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["accounts.api.description.without_marks"],  # codes stay where they are used
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "COMPONENT_SPLIT_REQUEST": True,  # a file is bytes on its way in
}

CELERY_BROKER_URL = env.text("ZHIPING_BROKER", "filesystem://localhost")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "reports-left-lying": {"task": "reports.requeue_lost", "schedule": 20.0},
    "checks-left-lying": {"task": "assessments.requeue_lost", "schedule": 20.0},
    "batches-to-forget": {"task": "reports.forget_batches", "schedule": 3600.0},
    "figures-left-behind": {"task": "reports.catch_up_years", "schedule": 60.0},
    "raw-data-to-destroy": {"task": "assessments.destroy_overdue", "schedule": 3600.0},
    "hospitals-to-remind": {"task": "assessments.remind_hospitals", "schedule": 3600.0},
    "weekly-digests": {"task": "assessments.send_digests", "schedule": 3600.0},
    "signatures-to-reopen": {"task": "assessments.reopen_signatures", "schedule": 120.0},
    "screenshots-to-forget": {"task": "assessments.forget_picture_drafts", "schedule": 3600.0},
    "pictures-without-a-look": {"task": "assessments.catch_up_looks", "schedule": 120.0},
    "letters-left-lying": {"task": "assessments.mail_notices", "schedule": 300.0},
}
if CELERY_BROKER_URL.startswith("filesystem:"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "queue"),
        "data_folder_out": str(VAR_DIR / "queue"),
        "control_folder": str(VAR_DIR / "queue-control"),
        "store_processed": False,
    }

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "weasyprint.progress": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}

SILENCED_SYSTEM_CHECKS: list[str] = []
