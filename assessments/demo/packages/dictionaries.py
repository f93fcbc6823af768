"""Made-up dictionaries with codes of the right shape: ICD-10 and ICD-9-CM-3 forms where rules look at the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from engine.evidence.catalogue.values import Catalogue

VALUE_DOMAIN = "CV05.01.001"
SPECIAL = {"element_code": "DE02.01.039.00", "value_domain": VALUE_DOMAIN, "item_value": "1"}


@dataclass(frozen=True)
class Entries:
    """Per dictionary the columns of codes and names."""

    columns: Mapping[str, tuple[pa.Array, pa.Array]]

    def special(self, key: str, cases: np.ndarray) -> pa.Array | None:
        """Fields of the data-element dictionary: one element with one value domain."""
        if key not in SPECIAL:
            return None
        return pa.array([SPECIAL[key]]).take(pa.array(np.zeros(len(cases), np.int64)))


def entries_of(catalogue: Catalogue) -> Entries:
    """Forty entries for every dictionary of the catalogue, and the orderable items united."""
    columns: dict[str, tuple[pa.Array, pa.Array]] = {}
    analytes = catalogue.fragmentation.analytes
    for key, label in catalogue.dictionaries.items():
        if key == "diagnosis":
            codes = [f"{chr(65 + n % 20)}{10 + n:02d}.{n % 10}00x00{1 + n % 9}" for n in range(40)]
        elif key == "surgery":
            codes = [f"{20 + n:02d}.{n % 10}{(n * 3) % 10}00x00{1 + n % 9}" for n in range(40)]
        elif key == "value_domain":
            codes = ["1", "2", "9"]
        else:
            codes = [f"{key[:3].upper()}{n:04d}" for n in range(40)]
        names = [f"{label.zh.removesuffix('字典')}{n + 1:02d}" for n in range(len(codes))]
        if key == "lab_result_item":
            names = [analyte.label.zh for analyte in analytes[: len(codes)]]
        columns[key] = (pa.array(codes), pa.array(names))
    if "prescription_item" in columns:
        codes, names = columns["drug"]  # what these doctors prescribe is drugs, and one decoction
        columns["prescription_item"] = (
            pa.concat_arrays([codes, pa.array(["PRE0001"])]),
            pa.concat_arrays([names, pa.array(["协定处方01"])]),
        )
    orderable = [
        columns[key]
        for key in ("drug", "lab_item", "exam_item", "treatment_item", "blood_product", "surgery")
    ]
    columns["order_item"] = (
        pa.concat_arrays([codes for codes, _names in orderable]),
        pa.concat_arrays([names for _codes, names in orderable]),
    )
    return Entries(columns)
