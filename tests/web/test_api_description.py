"""The interface held against its own description: requests made from it, by Schemathesis, in the same process."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.config import PositiveDataAcceptanceConfig, SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth

from accounts.api.schema import TAGS, description_in
from config.wsgi import application
from tests.factories.serving import staying_connected
from tests.factories.tokens import bearer, make_token
from tests.web.permissions.world import World, build_world

EXAMPLES = {GenerationMode.POSITIVE: 4, GenerationMode.NEGATIVE: 2}  # per operation
#: what fits the description may still be refused for what it says
MAY_BE_ANSWERED = ["2xx", "304", "403", "404", "409", "412", "422"]
#: 30 wrong keys a minute and network are answered 401, then 429; test_keys_of_every_address.py asks for both
ASKED_ELSEWHERE = [ignored_auth]

OF_A_BUREAU = ("/api/v1/comparisons/", "/api/v1/reviews/", "/api/v1/awarded-levels/")  # to others 404 or 403


@pytest.fixture(autouse=True)
def without_a_log_line_for_every_refusal() -> Iterator[None]:
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with staying_connected():
        yield build_world()


def places(world: World) -> dict[str, Any]:
    """Path parameters that lead to something."""
    return {
        "assessment": str(world.draft.public_id),
        "organisation": str(world.hospital.public_id),
        "bundle": str(world.bundle.public_id),
        "number": world.run.number,
        "report": str(world.report.public_id),
        "attestation": str(world.attestation.public_id),
        "job": str(world.run.public_id),
        "campaign": str(world.campaign.public_id),
        "review": str(world.reviewed.review.public_id),
        "view": str(world.view.public_id),
        "edition": "smart-service-2019",
        "item": "01.01",
    }


def closing(environ: Any, start: Any) -> Iterator[bytes]:
    """As a web server does: a file that goes out as it is gets closed behind the last byte."""
    answer = application(environ, start)
    try:
        yield from answer
    finally:
        answer.close()


def described() -> Any:
    description = schemathesis.openapi.from_dict(description_in("zh-hans"), config=SchemathesisConfig())
    description.app = closing
    checks = description.config.checks
    checks.positive_data_acceptance = PositiveDataAcceptanceConfig(expected_statuses=MAY_BE_ANSWERED)
    return description


def problems_of(operation: Any, mode: GenerationMode, key: str, known: dict[str, Any]) -> list[str]:
    """What the answers to some requests got wrong. Whatever a request changed is undone."""
    wrong: list[str] = []
    strategy = operation.as_strategy(
        generation_mode=mode,
        path_parameters={name: value for name, value in known.items() if f"{{{name}}}" in operation.path},
        headers={"If-Match": "*"},
    )

    @settings(
        max_examples=EXAMPLES[mode],
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def ask(case: Any) -> None:
        with transaction.atomic():
            response = case.call(headers=bearer(key))
            transaction.set_rollback(True)
        try:
            case.validate_response(response, excluded_checks=ASKED_ELSEWHERE)
        except FailureGroup as found:
            wrong.extend(
                f"{operation.label}: {failure.title} {failure.message[:300]} <- {response.status_code}"
                f" {case.body!r:.200} {case.query!r:.200} {response.text[:200]}"
                for failure in found.exceptions
            )

    with suppress(Unsatisfiable):  # nothing to get wrong: no body, no query, every path leads somewhere
        ask()
    return wrong


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_the_interface_keeps_to_its_description(mode: GenerationMode, world: World) -> None:
    """Statuses, media types, headers and bodies are those described; what fits is not refused as malformed, what
    does not fit is; nothing is an error of the server."""
    owner, manager, known = make_token(world.owner)[1], make_token(world.bureau_manager)[1], places(world)
    operations = [result.ok() for result in described().get_all_operations()]
    assert len(operations) > 50
    wrong = [
        line
        for operation in operations
        for line in problems_of(
            operation, mode, manager if operation.path.startswith(OF_A_BUREAU) else owner, known
        )
    ]
    assert not wrong, "\n".join(wrong)


def test_every_part_of_the_interface_is_introduced(db: None) -> None:
    used = {
        tag
        for path in description_in("zh-hans")["paths"].values()
        for said in path.values()
        for tag in said["tags"]
    }
    assert used == set(TAGS)
