"""The Celery application. Tasks live in the apps and register under the names in their jobs.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
app = Celery("zhiping")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
