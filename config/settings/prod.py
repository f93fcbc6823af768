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
if CELERY_BROKER_URL.startswith(("redis://", "rediss://")):  # requests are counted across processes
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": CELERY_BROKER_URL,
            "KEY_PREFIX": "zhiping",
            "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
        }
    }
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
EMAIL_PORT = env.number("ZHIPING_MAIL_PORT", 25)
EMAIL_HOST_USER = env.text("ZHIPING_MAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("ZHIPING_MAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("ZHIPING_MAIL_TLS", False)
ZHIPING_DEMO = False
