/**
 * TLS as the command line specifies it: from its settings to a connector or a listener. Reads keys, certificates and passwords, and
 * refuses settings that cannot work before anything is sent. Loaded only when TLS is used.
 */
import type {
  ListenAddress,
  Notices,
  TlsProfileSupport,
  TlsSupport,
} from "../src/cli/host.ts";
import type { TlsConfig } from "../src/cli/target.ts";
import type { Connector, Listener } from "../src/transport.ts";
import {
  type CredentialOptions,
  loadCredentials,
} from "../transports/tls/credentials.ts";
import { tlsVersionText } from "../transports/tls/explain.ts";
import {
  checkDhParameters,
  checkSeed,
  writeSeed,
} from "../transports/tls/legacy_options.ts";
import type { Secrets } from "../transports/tls/private_key.ts";
import { DEFAULT_PROFILE } from "../src/security.ts";
import { currentRuntime, TLS_VERSIONS } from "../transports/tls/profiles.ts";
import { listCiphers, listProfiles } from "../transports/tls/plan.ts";
import { tlsConnector, tlsListener } from "../transports/tls/tls.ts";
import type { TlsOptions } from "../transports/tls/options.ts";
import { readPipes } from "./input_file.ts";

/**
 * A connector for these settings, over TCP or another connector. Rejects with `TransportError` or `UsageError`, or with
 * `OutputError` for a seed.
 */
export async function connectorFor(
  tls: TlsConfig,
  secrets: Secrets,
  notices: Notices,
  signal: AbortSignal,
  way: { readonly over?: Connector; readonly again?: Connector } = {},
): Promise<Connector> {
  const options = await optionsOf(tls, secrets, notices, signal);
  const connector = tlsConnector({
    ...options,
    ...way,
    checkHost: tls.checkHostname,
    allowCommonName: tls.allowCommonName,
    serverName: tls.serverName ?? false,
    ...(tls.handshakeTimeout !== Infinity && {
      handshakeTimeout: tls.handshakeTimeout,
    }),
  });
  if (tls.dhParameterFile !== undefined) {
    notices.warn(checkDhParameters(tls.dhParameterFile));
  }
  if (tls.seedFile !== undefined) notices.info(checkSeed(tls.seedFile));
  if (tls.seedOutput !== undefined) writeSeed(tls.seedOutput);
  return connector;
}

/** A listener with these settings. Rejects as `connectorFor` does. */
export async function listenerFor(
  tls: TlsConfig,
  address: ListenAddress,
  secrets: Secrets,
): Promise<Listener> {
  const { host, port, refused, notices = SILENCE, signal } = address;
  return await tlsListener(
    await optionsOf(tls, secrets, notices, signal),
    { host, port, ...(refused !== undefined && { refused }) },
  );
}

/** The capabilities of this executable, for the lists. */
export function tlsSupport(): TlsSupport {
  return {
    runtime: currentRuntime(),
    ciphers: listCiphers(),
    profiles: listProfiles().map(({ profile, support, missing }) => ({
      id: profile.id,
      name: profile.name,
      isRetired: profile.retired,
      isDefault: profile.id === DEFAULT_PROFILE,
      versions: TLS_VERSIONS.filter((version) =>
        version >= profile.minVersion && version <= profile.maxVersion &&
        !missing.includes(version)
      ).map(tlsVersionText),
      suites: profile.suites.filter((suite) => !missing.includes(suite)),
      support,
      missing: missing.map(tlsVersionText),
    } satisfies TlsProfileSupport)),
  };
}

const SILENCE: Notices = { info: () => {}, warn: () => {} };

const PEERS = {
  require: "require",
  verify: "if-given",
  ignore: "ignore",
} as const;

const REVOCATION = { none: "off", leaf: "leaf", chain: "all" } as const;

/** The settings shared by both ends. */
async function optionsOf(
  tls: TlsConfig,
  secrets: Secrets,
  notices: Notices,
  signal: AbortSignal | undefined,
): Promise<TlsOptions> {
  await readPipes(filesOf(tls), signal && { signal });
  const credentials = await loadCredentials(credentialOptions(tls, secrets));
  credentials.warnings.forEach(notices.warn);
  return {
    credentials,
    peer: PEERS[tls.peer],
    profile: tls.profile,
    ciphers: tls.ciphers,
    revocation: REVOCATION[tls.crlCheck],
    now: Date.now,
    warn: notices.warn,
  };
}

/** All files that the settings name. */
function filesOf(tls: TlsConfig): string[] {
  const { credentials, password, caFiles, crlFiles } = tls;
  const { dhParameterFile, seedFile } = tls;
  return [
    ...credentials?.kind === "files"
      ? [credentials.key, credentials.certificate]
      : credentials?.kind === "pkcs12"
      ? [credentials.file]
      : [],
    ...password.kind === "file" ? [password.path] : [],
    ...caFiles,
    ...crlFiles,
    ...[dhParameterFile, seedFile].filter((file) => file !== undefined),
  ];
}

function credentialOptions(
  tls: TlsConfig,
  secrets: Secrets,
): CredentialOptions {
  const { credentials } = tls;
  return {
    ...(credentials?.kind === "files" && {
      keyFile: credentials.key,
      certificateFile: credentials.certificate,
    }),
    ...(credentials?.kind === "pkcs12" && { pkcs12File: credentials.file }),
    password: tls.password,
    secrets,
    format: tls.format,
    authorityFiles: tls.caFiles,
    authorityDirectories: tls.caDirectories,
    systemAuthorities: tls.systemCa,
    revocationFiles: tls.crlFiles,
    now: Date.now(),
  };
}
