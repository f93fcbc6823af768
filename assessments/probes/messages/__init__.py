"""Interface messages (HL7 v2, FHIR R4) as rows of canonical records."""

from assessments.probes.messages.reading import index_resources, kind_of, read_messages
from assessments.probes.messages.values import Batch, Malformed

__all__ = ["Batch", "Malformed", "index_resources", "kind_of", "read_messages"]
