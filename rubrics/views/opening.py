"""Loading what every page of an edition stands on."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from engine.rubric.values import Rubric
from hospitals.access import Person
from hospitals.refusals import Refusal
from rubrics import queries
from rubrics.models import Confirmation, Edition
from rubrics.pages.heading import EditionHeading, heading_of
from rubrics.permissions import check_can_confirm_flags


@dataclass(frozen=True, slots=True)
class Opened:
    edition: Edition
    confirmation: Confirmation | None
    rubric: Rubric  # with the confirmed flags
    heading: EditionHeading


def open_edition(slug: str) -> Opened:
    """Two queries for the newest revision, three for an earlier one; the rubric itself is kept in the
    process. Published editions are public inside the installation, so there is nothing to check."""
    edition = queries.find_edition(slug)
    if edition is None:
        raise Http404
    confirmation = queries.confirmation_of(edition)
    rubric = queries.rubric_under(edition, confirmation)
    newest = slug == edition.key or queries.is_newest(edition)
    return Opened(edition, confirmation, rubric, heading_of(edition, rubric, confirmation, newest=newest))


def why_not_confirm(user: Person) -> str:
    """The refusal as a sentence, empty when the person may confirm official flags."""
    try:
        check_can_confirm_flags(user)
    except Refusal as refusal:
        return str(refusal)
    return ""
