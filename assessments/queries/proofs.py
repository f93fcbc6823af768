"""What stands beside the clauses of an assessment as proof: facts, files, counted figures, and whose they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from assessments.models import Assessment, Attachment, BaseFigure, ClauseProof, LevelProof
from assessments.queries.carried import unconfirmed_among


@dataclass(frozen=True, slots=True)
class Keeper:
    """Whose item it is; ``department_id`` for filters."""

    department: str
    department_id: int | None
    person: str
    due_on: date | None

    @property
    def words(self) -> str:
        return " ".join(part for part in (self.department, self.person) if part)


NOBODY = Keeper("", None, "", None)


@dataclass(frozen=True, slots=True)
class Materials:
    """``files``: kept files in order, by clause code, or by item code those of the whole item. ``carried``: places
    with material of an earlier year that nobody has confirmed yet."""

    clauses: Mapping[str, ClauseProof]
    levels: Mapping[tuple[str, int], LevelProof]
    files: Mapping[str, tuple[Attachment, ...]]
    bases: Mapping[str, BaseFigure]
    keepers: Mapping[str, Keeper]
    carried: frozenset[str] = frozenset()

    def keeper(self, item: str) -> Keeper:
        return self.keepers.get(item, NOBODY)

    def owner(self, item: str, clause: str = "") -> str:
        """Who answers for the clause: the one written there, else whose item it is."""
        row = self.clauses.get(clause)
        return (row.owner if row else "") or self.keeper(item).words


def read_materials(assessment: Assessment) -> Materials:
    """Five queries, for any number of clauses and files; one more where an earlier year was taken over."""
    files: dict[str, list[Attachment]] = defaultdict(list)
    kept = Attachment.objects.kept().filter(assessment=assessment).exclude(item_code="")
    for one in kept.order_by(*ORDER):
        files[one.clause_code or one.item_code].append(one)
    return Materials(
        clauses={row.clause_code: row for row in assessment.clause_proofs.all()},
        levels={(row.item_code, row.level): row for row in assessment.level_proofs.all()},
        files={place: tuple(rows) for place, rows in files.items()},
        bases={row.key: row for row in assessment.base_figures.all()},
        keepers={
            row.item_code: Keeper(
                row.department.label if row.department else "",
                row.department_id,
                row.person.get_full_name() if row.person else "",
                row.due_on,
            )
            for row in assessment.assignments.select_related("department", "person")
        },
        carried=unconfirmed_among(assessment, files),
    )


#: as the hospital put them: the place somebody gave, the order somebody chose, then the order they came in
ORDER = ("item_code", "clause_code", "position", "uploaded_at", "pk")
