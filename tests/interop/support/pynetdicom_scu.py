"""A C-FIND SCU made with pynetdicom, for the interop tests. Reads a task as JSON from standard input and writes what came of it as JSON.

The task: "port", "called" (AE title), "queries", each with "model" (DCMTK's option), "keys" as DCMTK's -k takes them, "cancel" (a number of
matches, optional); "extended" (bytes of the extended negotiation, optional). The answer: "extended" as the peer accepted it, and for each
query its final "status" and its "matches", objects of values by keyword, sequences as lists.
"""
import json
import sys

from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from pynetdicom import AE, build_context
from pynetdicom.pdu_primitives import SOPClassExtendedNegotiation
from pynetdicom.sop_class import (
    ModalityWorklistInformationFind,
    PatientRootQueryRetrieveInformationModelFind,
    PatientStudyOnlyQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelFind,
    Verification,
)

MODELS = {
    "-P": PatientRootQueryRetrieveInformationModelFind,
    "-S": StudyRootQueryRetrieveInformationModelFind,
    "-O": PatientStudyOnlyQueryRetrieveInformationModelFind,
    "-W": ModalityWorklistInformationFind,
}


def tag_of(name):
    """The tag of a keyword or of (gggg,eeee)."""
    if name.startswith("("):
        return Tag(int(name[1:5], 16), int(name[6:10], 16))
    return Tag(tag_for_keyword(name))


def put(dataset, path, value):
    """Sets a value, in the first item of the sequences before it."""
    head, _, rest = path.partition("[0].")
    tag = tag_of(head)
    if rest == "":
        from pydicom.datadict import dictionary_VR

        vr = dictionary_VR(tag)
        if vr == "SQ":
            dataset.add_new(tag, vr, Sequence([]))
        elif vr in ("US", "SS", "UL", "SL"):
            dataset.add_new(tag, vr, int(value) if value else None)
        else:
            dataset.add_new(tag, vr, value.split("\\") if "\\" in value else value)
        return
    if tag not in dataset or len(dataset[tag].value) == 0:
        dataset.add_new(tag, "SQ", Sequence([Dataset()]))
    put(dataset[tag].value[0], rest, value)


def identifier_of(keys):
    """The identifier of keys, in UTF-8."""
    identifier = Dataset()
    identifier.SpecificCharacterSet = "ISO_IR 192"
    for key in keys:
        path, _, value = key.partition("=")
        put(identifier, path, value)
    return identifier


def shown(dataset):
    """Values by keyword."""
    return {
        element.keyword: [shown(item) for item in element.value]
        if element.VR == "SQ"
        else "" if element.value is None
        else "\\".join(map(str, element.value)) if element.VM > 1
        else str(element.value)
        for element in dataset
    }


def ask(association, query):
    """Sends a query; answers what came of it."""
    matches = []
    status = None
    model = MODELS[query["model"]]
    for response, match in association.send_c_find(identifier_of(query["keys"]), model, msg_id=7):
        status = response.Status if "Status" in response else None
        if match is None:
            continue
        matches.append(shown(match))
        if len(matches) == query.get("cancel"):
            association.send_c_cancel(7, query_model=model)
    return {"status": status, "matches": matches}


task = json.load(sys.stdin)
ae = AE("PYNETDICOM")
extended = []
for model in MODELS.values():
    if "extended" in task:
        item = SOPClassExtendedNegotiation()
        item.sop_class_uid = model
        item.service_class_application_information = bytes(task["extended"])
        extended.append(item)
contexts = [build_context(uid) for uid in [*MODELS.values(), Verification]]
association = ae.associate(
    "127.0.0.1", task["port"], contexts, ae_title=task["called"], ext_neg=extended
)
if not association.is_established:
    sys.exit("no association")
accepted = association.acceptor.sop_class_extended
answer = {
    "echo": association.send_c_echo().Status,
    "extended": {uid: list(information) for uid, information in accepted.items()},
    "answers": [ask(association, query) for query in task["queries"]],
}
association.release()
json.dump(answer, sys.stdout)
