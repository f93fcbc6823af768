"""Tests: SQLite in memory, or the PostgreSQL cluster the test command starts; jobs run at once."""

import atexit
import shutil
import tempfile
from pathlib import Path

from config import databases, env
from config.settings.base import *  # noqa: F403

DEBUG = False
SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DATABASES = {
    "default": databases.from_address(address)
    if (address := env.text("ZHIPING_TEST_DATABASE", ""))
    else databases.sqlite(":memory:")
}
# one connection for a whole test: no health check in the middle of its transaction
DATABASES["default"] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": False}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="zhiping-test-files-"))
atexit.register(shutil.rmtree, MEDIA_ROOT, ignore_errors=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # looks for a file when asked, instead of listing all for every test client
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
API_RATES = {"read": 100_000, "write": 100_000}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
ZHIPING_DEMO = False
