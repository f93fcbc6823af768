"""Reading the official annex 3 (附件3, the scoring table of the EMR standard) from a Word document."""

from rubrics.official_annex.opening import DocumentRefused
from rubrics.official_annex.reading import Annex, AnnexRefused, Problem, Unmatched, read_annex

__all__ = ["Annex", "AnnexRefused", "DocumentRefused", "Problem", "Unmatched", "read_annex"]
