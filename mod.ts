/**
 * findscu as a library: query DICOM archives (PACS), worklist servers and other C-FIND SCPs.
 *
 * ```ts
 * import { find } from "./mod.ts";
 *
 * const keys = { PatientName: "Doe*", StudyDate: "20200101-", StudyInstanceUID: "" };
 * for await (const match of find("mock:demo", keys)) {
 *   console.log(match.get("PatientName"), match.toJSON());
 * }
 * ```
 *
 * A real archive has another address: `find("dicom://MYPACS@pacs:104", keys)`, or `dicoms://` for TLS. The full form of `find`,
 * `connect` and the sans-I/O parts below them are exported too; docs/library.md has a page for each task.
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
  FindOperation,
  type FindOptions,
  type FindResult,
  Match,
} from "./src/client/client.ts";
export { Query, type QueryOptions } from "./src/client/query.ts";
export type { DicomJson } from "./src/client/operation.ts";
export { connectionOf, find, type FindSettings } from "./library/find.ts";
export type { SecurityOptions } from "./library/secure.ts";
export {
  type Identifier,
  identifierOf,
  type Keys,
  type KeysOptions,
  type KeyValue,
} from "./library/keys.ts";
export {
  fromJson,
  readQueryFile,
  toDicomJson,
  toKeywordJson,
} from "./library/data.ts";
export {
  archiveFromFolder,
  archiveFromJson,
  type FolderOptions,
} from "./library/folder.ts";
export {
  demoConnector,
  mockConnector,
  type MockPeerOptions,
} from "./library/mock.ts";
export { recordingConnector, type RecordingOptions } from "./library/record.ts";
export type { Clock, TraceHook } from "./src/driver/drive.ts";
export {
  serve,
  type ServeOptions,
  type ServerEndpoint,
} from "./src/driver/serve.ts";
export type { Endpoint, SessionEvent } from "./src/dimse/session.ts";
export type { Command, Message, Priority } from "./src/dimse/commands.ts";
export type { StatusCategory, StatusInfo } from "./src/dimse/status.ts";
export type { FinalResponse } from "./src/find/scu_events.ts";
export type { FindRequest, ScpEvent } from "./src/find/scp.ts";
export type {
  AssociateRequest,
  AssociationEvent,
  ContextProposal,
  NegotiatedContext,
} from "./src/association/events.ts";
export type {
  AnsweredContext,
  AssociateAc,
  AssociateCommon,
  AssociateRq,
  AsyncOperations,
  CommonExtendedNegotiation,
  ExtendedNegotiation,
  Pdv,
  ProposedContext,
  RoleSelection,
  UnknownItem,
  UserIdentity,
  UserInformation,
} from "./src/pdu/types.ts";
export {
  AbortedError,
  CancelledError,
  DecodeError,
  EncodeError,
  type ErrorCode,
  type ErrorText,
  FindscuError,
  type Hint,
  InputError,
  LocalProtocolError,
  NoContextError,
  RejectedError,
  type Remedy,
  type RemedyKey,
  RemoteProtocolError,
  StatusError,
  TimeoutError,
  type TimeoutPhase,
  TooLargeError,
  TransportError,
  UsageError,
} from "./src/errors.ts";
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
  type Holder,
  isFragments,
  isSequence,
  type Item,
  type PlainElement,
  sequence,
  type SequenceElement,
} from "./src/dataset/dataset.ts";
export { formatTag, type Tag, tagOf } from "./src/dataset/tag.ts";
export { isVr, type Vr } from "./src/dataset/vr.ts";
export {
  Dictionary,
  type DictionaryEntry,
  type NumberRange,
  type PrivateEntry,
} from "./src/dictionary/dictionary.ts";
export { uidKeyword, uidName } from "./src/dictionary/uids.ts";
export { Charset, type TextKind, type Warn } from "./src/charset/charset.ts";
export type { CharsetOptions } from "./src/charset/resolve.ts";
export { type AttributeValue, valuesOf } from "./src/codec/access.ts";
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
  charsetOf,
  emptyElement,
  numberElement,
  numbersOf,
  stringsOf,
  tagElement,
  tagsOf,
  textElement,
} from "./src/codec/values.ts";
export {
  decodeFile,
  type DicomFile,
  encodeFile,
  type FileMeta,
} from "./src/file/part10.ts";
export {
  FIND_MODELS,
  type FindModel,
  findModel,
  type QueryLevel,
  VERIFICATION,
} from "./src/find/models.ts";
export { applyKey, type KeyOptions } from "./src/identifier/key.ts";
export type { ValueOptions } from "./src/identifier/values.ts";
export { lintIdentifier } from "./src/identifier/lint.ts";
export type { QueryModel } from "./src/identifier/levels.ts";
export {
  type Format,
  FORMAT_TABLE,
  type FormatRow,
  FORMATS,
  type FormatTrait,
} from "./src/output/format_names.ts";
export { type FormatOptions, resultWriter } from "./src/output/formats.ts";
export {
  encodeChunk,
  type MatchRecord,
  type Provenance,
  type ResultWriter,
  type Summary,
  type TextOptions,
} from "./src/output/writer.ts";
export {
  type Column,
  parseColumns,
  parseSortKeys,
  type SortKey,
} from "./src/output/columns.ts";
export {
  type DataEntry,
  type Direction,
  type EndEntry,
  parseRecording,
  type Recording,
  type RecordingEntry,
  type RecordingHeader,
} from "./src/scp/recording/recording.ts";
export { type Fault, FAULTS } from "./src/scp/faults/faults.ts";
export {
  ArchiveScp,
  type ArchiveScpEvent,
  type ArchiveScpOptions,
} from "./src/scp/archive_scp.ts";
export {
  Archive,
  type ArchiveCounts,
  type ArchiveOptions,
} from "./src/scp/archive/archive.ts";
export type { Unfulfilled } from "./src/scp/archive/search.ts";
export { demoArchive } from "./src/scp/archive/demo.ts";
export { plainConnector, type PlainOptions } from "./transports/plain.ts";
export {
  tcpConnector,
  tcpListener,
  type TcpOptions,
} from "./transports/tcp.ts";
export { execConnector, type ExecOptions } from "./transports/via/exec.ts";
export { httpConnectConnector } from "./transports/via/http_connect.ts";
export { socks5Connector } from "./transports/via/socks5.ts";
export type { Login, ProxyOptions } from "./transports/via/tunnel.ts";
export {
  type CredentialOptions,
  type Credentials,
  loadCredentials,
} from "./transports/tls/credentials.ts";
export type { TrustOptions } from "./transports/tls/trust.ts";
export type { FileFormat, Secrets } from "./transports/tls/private_key.ts";
export {
  type ProfileId,
  type SecretSource,
  TLS_PROFILES,
} from "./src/security.ts";
export {
  tlsConnector,
  type TlsListenAddress,
  tlsListener,
} from "./transports/tls/tls.ts";
export { type TlsOptions } from "./transports/tls/options.ts";
export {
  type BreakableTransport,
  type MockOptions,
  mockPair,
} from "./transports/mock.ts";
