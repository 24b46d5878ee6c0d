/** Every status from 0 to 0xffff: what it means to users, and in DCMTK's words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  dcmtkStatusName,
  dcmtkStatusText,
  formatStatus,
  isPending,
  statusInfo,
  statusTable,
} from "../../../src/dimse/status.ts";

/** The statuses of which the same can be said, as lines: first, last and what it is; `N` is the status itself. */
function ranges(said: (status: number) => string): string[] {
  const lines: string[] = [];
  let first = 0;
  const text = (status: number) =>
    said(status).replace(`0x${status.toString(16)}`, "0xN");
  for (let status = 0; status <= 0xffff; status++) {
    if (status < 0xffff && text(status + 1) === text(status)) continue;
    lines.push(
      `${formatStatus(first)}-${formatStatus(status)} ${text(status)}`,
    );
    first = status + 1;
  }
  return lines;
}

const MEANINGS = `
0x0000-0x0000 success | Success | matching is complete
0x0001-0x0001 warning | Warning | warning
0x0002-0x0104 failure | Unknown Status: 0xN | a status that the standard does not define | Check the peer's log
0x0105-0x0105 failure | Failed: NoSuchAttribute | no such attribute | Check the query level, and that the unique keys of the levels above have single values
0x0106-0x0106 failure | Failed: InvalidAttributeValue | an attribute value is not valid | Check the query level, and that the unique keys of the levels above have single values
0x0107-0x0107 warning | Warning: AttributeListError | one or more attributes were not recognised
0x0108-0x010f failure | Unknown Status: 0xN | a status that the standard does not define | Check the peer's log
0x0110-0x0110 failure | Failed: ProcessingFailure | general failure in processing the operation | Check the peer's log
0x0111-0x0111 failure | Failed: DuplicateSOPInstance | duplicate SOP instance
0x0112-0x0112 failure | Failed: NoSuchSOPInstance | no such SOP instance
0x0113-0x0114 failure | Unknown Status: 0xN | a status that the standard does not define | Check the peer's log
0x0115-0x0115 failure | Failed: InvalidArgumentValue | an argument value is out of range or not appropriate | Check the query level, and that the unique keys of the levels above have single values
0x0116-0x0116 warning | Warning: AttributeValueOutOfRange | an attribute value is out of range
0x0117-0x0117 failure | Failed: InvalidObjectInstance | the SOP instance UID violates the UID construction rules
0x0118-0x0118 failure | Failed: NoSuchSOPClass | no such SOP class | Choose another information model
0x0119-0x0119 failure | Failed: ClassInstanceConflict | the SOP instance is not of the SOP class named
0x011a-0x011f failure | Unknown Status: 0xN | a status that the standard does not define | Check the peer's log
0x0120-0x0120 failure | Failed: MissingAttribute | a required attribute is missing | Check the query level, and that the unique keys of the levels above have single values
0x0121-0x0121 failure | Failed: MissingAttributeValue | a required attribute has no value | Check the query level, and that the unique keys of the levels above have single values
0x0122-0x0122 failure | Refused: SOPClassNotSupported | the SOP class is not supported | Choose another information model
0x0123-0x0123 failure | Unknown Status: 0xN | a status that the standard does not define | Check the peer's log
0x0124-0x0124 failure | Refused: NotAuthorized | the peer does not allow this operation to this user | Ask the peer's administrator to allow queries from this AE
0x0125-0x020f failure | Unknown Status: 0xN | a status that the standard does not define | Check the peer's log
0x0210-0x0210 failure | Failed: DuplicateInvocation | the message id is already in use
0x0211-0x0211 failure | Failed: UnrecognizedOperation | the peer does not recognise this operation
0x0212-0x0212 failure | Failed: MistypedArgument | a parameter was not agreed for the association
0x0213-0x0213 failure | Failed: ResourceLimitation | the peer lacks the resources for this operation | Narrow the query or try again later
0x0214-0xa6ff failure | Unknown Status: 0xN | a status that the standard does not define | Check the peer's log
0xa700-0xa700 failure | Refused: OutOfResources | the peer is out of resources, often because there are too many matches | Narrow the query, for example with a date range, or try again later
0xa701-0xa70f failure | Refused: OutOfResources | the peer is out of resources | Narrow the query, for example with a date range, or try again later
0xa710-0xa710 failure | Failed: InvalidPriorRecordKey | the prior record key is not valid
0xa711-0xa7ff failure | Refused: OutOfResources | the peer is out of resources | Narrow the query, for example with a date range, or try again later
0xa800-0xa8ff failure | Unknown Status: 0xN | a status that the standard does not define | Check the peer's log
0xa900-0xa9ff failure | Error: DataSetDoesNotMatchSOPClass | the identifier does not fit the information model | Check the query level, and that the unique keys of the levels above have single values
0xaa00-0xafff failure | Unknown Status: 0xN | a status that the standard does not define | Check the peer's log
0xb000-0xb000 warning | Warning | complete with a warning
0xb001-0xb001 warning | Warning: MatchingReachedResponseLimit | the peer's limit of responses was reached, there may be more | Narrow the query to get the rest
0xb002-0xbfff warning | Warning | complete with a warning
0xc000-0xcfff failure | Failed: UnableToProcess | the peer was unable to process the query | Check the peer's log
0xd000-0xfdff failure | Unknown Status: 0xN | a status that the standard does not define | Check the peer's log
0xfe00-0xfe00 cancel | Cancel: MatchingTerminatedDueToCancelRequest | matching was ended by the cancel request
0xfe01-0xfeff failure | Unknown Status: 0xN | a status that the standard does not define | Check the peer's log
0xff00-0xff00 pending | Pending | matches are continuing
0xff01-0xff01 pending | Pending: WarningUnsupportedOptionalKeys | matches are continuing, at least one optional key is not supported
0xff02-0xffff pending | Pending | pending, with a code that the standard does not define`;

test("statusInfo() explains every status (PS3.7 Annex C, PS3.4 C.4.1.1.4)", () => {
  const said = (status: number) => {
    const { category, name, meaning, hint } = statusInfo(status);
    return [category, name, meaning, hint].filter((text) => text !== undefined)
      .join(" | ");
  };
  assert.deepEqual(ranges(said), MEANINGS.trim().split("\n"));
});

test("a status that another model or a split query would avoid has that remedy", () => {
  for (
    const [status, remedy] of [
      [0x0118, ["model"]],
      [0x0122, ["model"]],
      [0xa700, ["split"]],
      [0xa900, undefined],
    ] as const
  ) {
    assert.deepEqual(statusInfo(status).remedy, remedy);
  }
});

const DCMTK_NAMES = `
0x0000-0x0000 Success
0x0001-0x0121 Unknown Status: 0xN
0x0122-0x0122 Refused: SOPClassNotSupported
0x0123-0xa6ff Unknown Status: 0xN
0xa700-0xa700 Refused: OutOfResources
0xa701-0xa8ff Unknown Status: 0xN
0xa900-0xa900 Error: DataSetDoesNotMatchSOPClass
0xa901-0xbfff Unknown Status: 0xN
0xc000-0xcfff Failed: UnableToProcess
0xd000-0xfdff Unknown Status: 0xN
0xfe00-0xfe00 Cancel: MatchingTerminatedDueToCancelRequest
0xfe01-0xfeff Unknown Status: 0xN
0xff00-0xff00 Pending
0xff01-0xff01 Pending: WarningUnsupportedOptionalKeys
0xff02-0xffff Unknown Status: 0xN`;

test("dcmtkStatusName() names those that DCMTK's C-FIND knows", () => {
  assert.deepEqual(ranges(dcmtkStatusName), DCMTK_NAMES.trim().split("\n"));
});

const DCMTK_TEXTS = `
0x0000-0x0000 Success: Matching is complete
0x0001-0x0001 Warning
0x0002-0x0106 Failure
0x0107-0x0107 Warning
0x0108-0x0115 Failure
0x0116-0x0116 Warning
0x0117-0x0121 Failure
0x0122-0x0122 Refused: SOP Class not supported
0x0123-0x0fff Failure
0x1000-0x9fff Unknown Status Code (non-standard)
0xa000-0xa6ff Failure
0xa700-0xa700 Refused: Out of resources
0xa701-0xa8ff Failure
0xa900-0xa9ff Error: Data Set does not match SOP Class
0xaa00-0xafff Failure
0xb000-0xbfff Warning
0xc000-0xcfff Failed: Unable to process
0xd000-0xfdff Unknown Status Code (non-standard)
0xfe00-0xfe00 Cancel: Matching terminated due to Cancel Request
0xfe01-0xfeff Unknown Status Code (non-standard)
0xff00-0xff00 Pending: Matches are continuing
0xff01-0xff01 Pending: Matches are continuing - Warning: Unsupported optional keys
0xff02-0xffff Unknown Status Code (non-standard)`;

test("dcmtkStatusText() has DCMTK's words at debug level", () => {
  assert.deepEqual(ranges(dcmtkStatusText), DCMTK_TEXTS.trim().split("\n"));
});

test("isPending() agrees with the table on every status", () => {
  assert.deepEqual(
    ranges((status) => String(isPending(status))),
    ["0x0000-0xfeff false", "0xff00-0xffff true"],
  );
  for (const status of [0xff00, 0xff01, 0xff02, 0xffff]) {
    assert.equal(statusInfo(status).category, "pending");
  }
});

test("statusTable() has the rows for documents, single codes before the ranges around them", () => {
  const rows = statusTable().map(({ from, to, category }) =>
    `${formatStatus(from)} ${formatStatus(to)} ${category}`
  );
  assert.equal(rows.length, 33);
  assert.deepEqual(rows.slice(0, 5), [
    "0x0000 0x0000 success",
    "0xff00 0xff00 pending",
    "0xff01 0xff01 pending",
    "0xff02 0xffff pending",
    "0xfe00 0xfe00 cancel",
  ]);
  assert.deepEqual(rows.slice(-3), [
    "0x0001 0x0001 warning",
    "0xb000 0xbfff warning",
    "0xc000 0xcfff failure",
  ]);
});
