/**
 * From option values to the settings of any peer: AE titles, address, TLS, deadlines. Values are already checked;
 * this file decides their joint meaning, and the defaults of either grammar.
 */

import { LONGEST_TIMER } from "../../driver/drive.ts";
import { UsageError } from "../../errors.ts";
import {
  DEFAULT_PROFILE,
  type ProfileId,
  type SecretSource,
  TLS_PROFILES,
} from "../../security.ts";
import { type Address, withoutBrackets } from "../line/address.ts";
import {
  OPTION_TABLE,
  type OptionId,
  type OptionValues,
} from "../line/options.ts";
import { nameOf } from "../line/options/row.ts";
import type { LogConfig } from "../log/console.ts";
import { type EffectiveOptions, inputLimit } from "./effective.ts";
import type { PeerConfig, Timeouts } from "./run_config.ts";
import type { CommandForm } from "../line/options/row.ts";
import type { PeerTarget, Route, RoutedHop, TlsConfig } from "../target.ts";

/** Waits of the ADDRESS form, in seconds: nothing hangs for ever there. */
const CONNECT_SECONDS = 30;
const RESPONSE_SECONDS = 300;
/** Both forms: longest wait for A-ASSOCIATE and A-RELEASE answers. */
const ACSE_SECONDS = 30;
/** DCMTK's default of --socket-timeout, which ends a silent peer there. */
const SOCKET_SECONDS = 60;

/** The meaning of options for the association with a peer. Throws `UsageError`. */
export function peerConfig(
  form: CommandForm,
  address: Address,
  values: OptionValues,
  log: LogConfig,
  options: EffectiveOptions,
): PeerConfig {
  const aeTitle = address.transport === "mock" ? undefined : address.aeTitle;
  return {
    form,
    target: peerTarget(address, values, form, options),
    callingAeTitle: values.callingAeTitle ??
      (form === "dcmtk" ? "FINDSCU" : "FIND-SCU"),
    calledAeTitle: values.calledAeTitle ?? aeTitle ?? "ANY-SCP",
    timeouts: timeoutsOf(values, form),
    socketTimeout: values.socketTimeout ??
      (form === "dcmtk" ? SOCKET_SECONDS : -1),
    maxPduLength: values.maxPduLength ?? 16384,
    maxResponseSize: values.maxResponseSize,
    maxInputSize: inputLimit(values),
    abort: values.abort ?? false,
    userIdentity: values.userIdentity === undefined ? undefined : {
      user: values.userIdentity,
      password: values.userPasswordEnv !== undefined
        ? { kind: "env", name: values.userPasswordEnv }
        : values.userPasswordFile !== undefined
        ? { kind: "file", path: values.userPasswordFile }
        : { kind: "none" },
    },
    record: values.record === undefined
      ? undefined
      : { file: values.record, anonymous: values.recordAnonymous ?? false },
    log,
  };
}

/** The deadlines, in milliseconds. */
function timeoutsOf(values: OptionValues, form: CommandForm): Timeouts {
  const isDcmtk = form === "dcmtk";
  const acse = milliseconds(values.acseTimeout ?? ACSE_SECONDS);
  const socket = values.socketTimeout ?? (isDcmtk ? SOCKET_SECONDS : undefined);
  const isLimited = values.dimseTimeout !== undefined || socket !== undefined;
  const silence = isLimited
    ? Math.min(
      milliseconds(values.dimseTimeout ?? 0),
      milliseconds(socket ?? 0),
    )
    : milliseconds(RESPONSE_SECONDS);
  return {
    connect: milliseconds(
      values.connectTimeout ?? (isDcmtk ? 0 : CONNECT_SECONDS),
    ),
    association: acse,
    release: acse,
    firstResponse: values.firstResponseTimeout === undefined
      ? silence
      : milliseconds(values.firstResponseTimeout),
    response: values.responseTimeout === undefined
      ? silence
      : milliseconds(values.responseTimeout),
    total: milliseconds(values.totalTimeout ?? 0),
  };
}

/** Zero and less mean "no limit", as DCMTK has it; so do waits that no timer can hold. */
function milliseconds(seconds: number): number {
  const duration = seconds * 1000;
  return duration > 0 && duration <= LONGEST_TIMER ? duration : Infinity;
}

/** The address to connect to. Throws `UsageError` when address and TLS options contradict each other. */
function peerTarget(
  address: Address,
  values: OptionValues,
  form: CommandForm,
  options: EffectiveOptions,
): PeerTarget {
  const tlsOption = values.enableTls !== undefined
    ? "--enable-tls"
    : values.anonymousTls
    ? "--anonymous-tls"
    : values.pkcs12 !== undefined
    ? "--pkcs12"
    : undefined;
  if (address.transport === "mock") {
    if (tlsOption !== undefined) {
      throw new UsageError(`${tlsOption} not allowed with a mock: address`);
    }
    refuseRoute(values, "a mock: address");
    return address;
  }
  if (address.transport === "tls" && values.disableTls) {
    throw new UsageError("--disable-tls not allowed with a dicoms:// address");
  }
  const host = withoutBrackets(address.host);
  const { plugin } = address;
  if (plugin !== undefined) refuseRoute(values, "the address of a plug-in");
  const route: Route | undefined = plugin !== undefined
    ? { kind: "plugin", ...plugin }
    : values.transport !== undefined
    ? { kind: "module", file: values.transport }
    : routeOf(values, options);
  const place = {
    host,
    port: address.port,
    ...familyOf(values, host),
    ...route && { route },
  };
  if (address.transport === "tcp" && tlsOption === undefined) {
    return { transport: "tcp", ...place };
  }
  const tls = tlsOf(values, place.host, address.transport === "tls", form);
  return { transport: "tls", ...place, tls };
}

/** For an address that is complete in itself. */
function refuseRoute(values: OptionValues, what: string): void {
  for (const id of ["via", "transport"] as const) {
    if (values[id] === undefined) continue;
    throw new UsageError(`--${id} not allowed with ${what}`);
  }
}

/** The proxies and programs on the way, each with the password that was given after it. */
function routeOf(
  values: OptionValues,
  options: EffectiveOptions,
): Route | undefined {
  if (values.via === undefined) return undefined;
  const hops: RoutedHop[] = [];
  let next = 0;
  for (
    const { row, values: [value = ""] } of options.occurrences(
      "via",
      "viaPasswordEnv",
      "viaPasswordFile",
    )
  ) {
    if (row.id === "via") {
      const hop = values.via[next++]!;
      hops.push({ ...hop, password: { kind: "prompt" } });
      continue;
    }
    const hop = hops.pop();
    if (hop === undefined || hop.kind === "exec" || hop.user === undefined) {
      throw new UsageError(
        `${nameOf(row)} only allowed after a --via that names a user`,
        { hint: "As in --via socks5://USER@HOST:PORT" },
      );
    }
    hops.push({
      ...hop,
      password: row.id === "viaPasswordEnv"
        ? { kind: "env", name: value }
        : { kind: "file", path: value },
    });
  }
  if (hops.slice(1).some(({ kind }) => kind === "exec")) {
    throw new UsageError(
      "--via exec: not allowed after another --via: a program opens its own connections",
      { hint: "Put it first" },
    );
  }
  return { kind: "hops", hops };
}

/** TLS of a server, if it has a certificate. A server that trusts no authority cannot request its clients' certificates. */
export function serverTlsOf(values: OptionValues): TlsConfig | undefined {
  if (values.enableTls === undefined && values.pkcs12 === undefined) {
    return undefined;
  }
  const tls = tlsOf(values, "", false, "address");
  const trusts = tls.caFiles.length > 0 || tls.caDirectories.length > 0 ||
    tls.systemCa;
  return trusts || values.requirePeerCert || values.verifyPeerCert
    ? tls
    : { ...tls, peer: "ignore" };
}

/** The family that names are looked up in. Throws `UsageError` if the host is an address of the other one. */
function familyOf(values: OptionValues, host: string): { family?: 4 | 6 } {
  const family = values.ipv4 ? 4 : values.ipv6 ? 6 : undefined;
  if (family === undefined) return {};
  const other = family === 4 ? 6 : 4;
  if (isIpAddress(host) && host.includes(":") === (other === 6)) {
    throw new UsageError(
      `-i${family} not allowed with the IPv${other} address ${host}`,
      {
        hint:
          `Leave out -i${family}, or give a name or an IPv${family} address`,
      },
    );
  }
  return { family };
}

function tlsOf(
  values: OptionValues,
  host: string,
  isUrl: boolean,
  form: CommandForm,
): TlsConfig {
  return {
    credentials: values.enableTls !== undefined
      ? {
        kind: "files",
        key: values.enableTls[0],
        certificate: values.enableTls[1],
      }
      : values.pkcs12 !== undefined
      ? { kind: "pkcs12", file: values.pkcs12 }
      : undefined,
    password: passwordOf(values),
    format: values.derKeys ? "der" : values.pemKeys ? "pem" : undefined,
    caFiles: values.caFile ?? [],
    caDirectories: values.caDirectory ?? [],
    systemCa: values.systemCa ?? false,
    crlFiles: values.crlFile ?? [],
    crlCheck: values.enableCrlAll
      ? "chain"
      : values.enableCrlVerify || values.crlFile !== undefined
      ? "leaf"
      : "none",
    profile: profileOf(values),
    ciphers: values.cipher ?? [],
    peer: values.ignorePeerCert
      ? "ignore"
      : values.verifyPeerCert
      ? "verify"
      : "require",
    checkHostname: values.checkHostname ??
      (values.noCheckHostname ? false : isUrl),
    allowCommonName: values.allowCommonName ?? false,
    serverName: values.serverName ??
      (values.noSni || form === "dcmtk" || isIpAddress(host)
        ? undefined
        : host),
    handshakeTimeout: timeoutsOf(values, form).association,
    dhParameterFile: values.dhParameterFile,
    seedFile: values.seedFile,
    seedOutput: values.writeSeed ? values.seedFile : values.writeSeedFile,
  };
}

/** A server name is never an IP address (RFC 6066, 3). */
function isIpAddress(host: string): boolean {
  return host.includes(":") || /^\d+(\.\d+){3}$/.test(host);
}

function passwordOf(values: OptionValues): SecretSource {
  if (values.usePassword !== undefined) {
    return { kind: "value", value: values.usePassword };
  }
  if (values.passwordEnv !== undefined) {
    return { kind: "env", name: values.passwordEnv };
  }
  if (values.passwordFile !== undefined) {
    return { kind: "file", path: values.passwordFile };
  }
  return values.nullPassword
    ? { kind: "value", value: "" }
    : { kind: "prompt" };
}

/** The profile of the option that is in effect: their long forms end in its name. */
function profileOf(values: OptionValues): ProfileId {
  const row = OPTION_TABLE.find(({ id, exclusive }) =>
    exclusive === "profile" && values[id as OptionId]
  );
  const profile = row === undefined
    ? undefined
    : TLS_PROFILES.find((one) => nameOf(row) === `--profile-${one}`);
  return profile ?? DEFAULT_PROFILE;
}
