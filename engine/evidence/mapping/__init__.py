"""Mapping a hospital's tables, columns and codes to canonical records: the document and proposals for it."""

from engine.evidence.mapping.codes import propose_values
from engine.evidence.mapping.document import (
    FORMAT,
    MappingDocument,
    MappingRefused,
    SourceMapping,
    mapping_hash,
    read_mapping,
    write_mapping,
)
from engine.evidence.mapping.proposing import (
    EXTRA,
    ColumnProposal,
    RecordGuess,
    guess_record,
    propose,
)

__all__ = [
    "EXTRA",
    "FORMAT",
    "ColumnProposal",
    "MappingDocument",
    "MappingRefused",
    "RecordGuess",
    "SourceMapping",
    "guess_record",
    "mapping_hash",
    "propose",
    "propose_values",
    "read_mapping",
    "write_mapping",
]
