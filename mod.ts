/**
 * findscu as a library: ask a DICOM archive (PACS), a worklist server or any other C-FIND SCP what it holds.
 *
 * ```ts
 * import { Dataset, demoConnector, find, textElement, valuesOf } from "./mod.ts";
 *
 * const matches = find({
 *   connector: demoConnector(),
 *   target: { host: "demo", port: 104 },
 *   abstractSyntax: "1.2.840.10008.5.1.4.1.2.2.1", // Study Root
 *   identifier: Dataset.of(
 *     textElement(0x00080052, "CS", "STUDY"),
 *     textElement(0x00100010, "PN", "Doe*"),
 *     textElement(0x0020000d, "UI", ""),
 *   ),
 * });
 * for await (const match of matches) {
 *   console.log(valuesOf(match.dataset, "PatientName")[0]);
 * }
 * ```
 *
 * A real archive takes another connector: `tcpConnector()`, or `tlsConnector()` with what `loadCredentials()` read.
 *
 * @module
 */
export {
  ClientAssociation,
  type ClientTimeouts,
  connect,
  type ConnectOptions,
  DEFAULT_TIMEOUTS,
  echo,
  find,
  FindOperation,
  type FindOptions,
  type FindResult,
  Match,
} from "./src/client/client.ts";
export type { Clock, TraceHook } from "./src/driver/drive.ts";
export { serve, type ServeOptions } from "./src/driver/serve.ts";
export * from "./src/errors.ts";
export type {
  Connector,
  Listener,
  Target,
  Transport,
  TransportInfo,
} from "./src/transport.ts";
export {
  Dataset,
  type Element,
  type FragmentsElement,
  isFragments,
  isSequence,
  type Item,
  type PlainElement,
  sequence,
  type SequenceElement,
} from "./src/dataset/dataset.ts";
export { formatTag, type Tag, tagOf } from "./src/dataset/tag.ts";
export { isVr, type Vr } from "./src/dataset/vr.ts";
export { Dictionary } from "./src/dictionary/dictionary.ts";
export { uidKeyword, uidName } from "./src/dictionary/uids.ts";
export { Charset } from "./src/charset/charset.ts";
export { valuesOf } from "./src/codec/access.ts";
export { decodeDataset, type DecodeOptions } from "./src/codec/decode.ts";
export { encodeDataset, type EncodeOptions } from "./src/codec/encode.ts";
export {
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
  transferSyntaxOf,
} from "./src/codec/transfer_syntax.ts";
export {
  bigintsOf,
  numberElement,
  numbersOf,
  stringsOf,
  tagElement,
  tagsOf,
  textElement,
} from "./src/codec/values.ts";
export { decodeFile, type DicomFile, encodeFile } from "./src/file/part10.ts";
export { FIND_MODELS, type FindModel, findModel } from "./src/find/models.ts";
export { applyKey } from "./src/identifier/key.ts";
export { ArchiveScp, type ArchiveScpOptions } from "./src/scp/archive_scp.ts";
export { Archive } from "./src/scp/archive/archive.ts";
export { demoArchive } from "./src/scp/archive/demo.ts";
export { tcpConnector, tcpListener } from "./transports/tcp.ts";
export {
  type CredentialOptions,
  type Credentials,
  loadCredentials,
} from "./transports/tls/credentials.ts";
export {
  tlsConnector,
  tlsListener,
  type TlsOptions,
} from "./transports/tls/tls.ts";
export { type MockOptions, mockPair } from "./transports/mock.ts";
export { demoConnector } from "./host/mock_archive.ts";
