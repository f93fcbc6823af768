"""Small ways of asking: a signed-in browser, an address of an assessment, a saved change, a file."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.models import Assessment


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def to(name: str, assessment: Assessment, *args: object) -> str:
    return reverse(name, args=[assessment.public_id, *args])


def patch(client: Client, url: str, *changes: tuple[str, object, object], **headers: str) -> Any:
    body = {"changes": [{"path": path, "from": before, "to": after} for path, before, after in changes]}
    return client.patch(url, json.dumps(body), content_type="application/json", headers=headers)


def upload(client: Client, assessment: Assessment, name: str, content: bytes, **more: str) -> Any:
    file = SimpleUploadedFile(name, content, content_type="text/html")
    data = {"item": "01.01", **more, "file": file}
    return client.post(to("attachment-add", assessment), data, headers={"X-Requested-With": "attachments"})
