"""The embedded installation that ./run starts: SQLite, filesystem queue, demo data."""

from config import databases, env
from config.secret_key import kept_in
from config.settings.base import *  # noqa: F403
from config.settings.base import VAR_DIR

DEBUG = env.flag("ZHIPING_DEBUG", False)
SECRET_KEY = kept_in(VAR_DIR / "secret-key")
ALLOWED_HOSTS = env.words("ZHIPING_HOSTS", "*")
DATABASES = {
    "default": databases.from_address(address)
    if (address := env.text("ZHIPING_DATABASE", ""))
    else databases.sqlite(VAR_DIR / "zhiping.sqlite3")
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
ZHIPING_DEMO = True
