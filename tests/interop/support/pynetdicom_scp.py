"""A C-FIND SCP made with pynetdicom, for the interop tests: two studies, and a refusal of queries without a level."""
import sys

from pydicom.dataset import Dataset
from pynetdicom import AE, evt
from pynetdicom.sop_class import (
    ModalityWorklistInformationFind,
    StudyRootQueryRetrieveInformationModelFind,
    Verification,
)

NAMES = ["Müller^Jürgen", "山田^太郎"]


def find(event):
    """Answers with every study whose patient's name begins like the key."""
    identifier = event.identifier
    if "QueryRetrieveLevel" not in identifier:
        yield 0xA900, None
        return
    key = str(identifier.get("PatientName", "")).rstrip("*")
    for number, name in enumerate(NAMES, 1):
        if event.is_cancelled:
            yield 0xFE00, None
            return
        if not name.startswith(key):
            continue
        match = Dataset()
        match.SpecificCharacterSet = "ISO_IR 192"
        match.QueryRetrieveLevel = identifier.QueryRetrieveLevel
        match.PatientName = name
        match.PatientID = str(number)
        match.StudyInstanceUID = f"1.2.3.{number}"
        yield 0xFF00, match


ae = AE(ae_title="PYNETDICOM")
ae.add_supported_context(Verification)
ae.add_supported_context(StudyRootQueryRetrieveInformationModelFind)
ae.add_supported_context(ModalityWorklistInformationFind)
ae.start_server(
    ("127.0.0.1", int(sys.argv[1])),
    evt_handlers=[(evt.EVT_C_FIND, find)],
)
