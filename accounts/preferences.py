"""Language and time zone of the signed-in person, or of the browser before sign-in."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

LANGUAGE_COOKIE = "language"


class PreferencesMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request.COOKIES.get(LANGUAGE_COOKIE, settings.LANGUAGE_CODE)
        zone = settings.TIME_ZONE
        if request.user.is_authenticated:
            language, zone = request.user.language, request.user.time_zone
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        try:
            zone_info = zoneinfo.ZoneInfo(zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            zone_info = zoneinfo.ZoneInfo(settings.TIME_ZONE)
        with translation.override(language), timezone.override(zone_info):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response
