"""Production: PostgreSQL, Redis, HTTPS. Every secret comes from the environment or a file."""

from django.core.exceptions import ImproperlyConfigured

from config import databases, env
from config.settings.base import *  # noqa: F403

DEBUG = False
SECRET_KEY = env.text("ZHIPING_SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured(
        "ZHIPING_SECRET_KEY must have at least 50 characters; make one with: openssl rand -base64 60"
    )
ALLOWED_HOSTS = env.words("ZHIPING_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS]
DATABASES = {"default": databases.from_address(env.text("ZHIPING_DATABASE"))}
CELERY_BROKER_URL = env.text("ZHIPING_BROKER")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
SECURE_SSL_REDIRECT = env.flag("ZHIPING_HTTPS_REDIRECT", True)
TRUSTED_PROXIES = env.number("ZHIPING_PROXIES", 1)  # 0: the application itself answers HTTPS
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("ZHIPING_MAIL_HOST", "localhost")
ZHIPING_DEMO = False
