/**
 * The cipher suites of TLS that the profiles name, as a table (IANA registry; RFC 5246, 8446). Does not depend on any profile or
 * any runtime.
 */
import { advise, UsageError } from "../../src/errors.ts";

/** One cipher suite under its IANA and its OpenSSL name. */
export interface CipherSuite {
  readonly name: string;
  readonly openssl: string;
  /** Runtimes whose library has it: d(eno, rustls), b(un, BoringSSL), n(ode, OpenSSL). */
  readonly runtimes: string;
}

// deno-fmt-ignore
/** Every suite that an option may name, as `IANA name, OpenSSL name, runtimes`; strongest kinds first. */
export const CIPHER_SUITES: readonly CipherSuite[] = ([
  ["TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384", "dbn"],
  ["TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256", "dbn"],
  ["TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256", "dbn"],
  ["TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_SHA256", "n"],
  ["TLS_AES_128_CCM_8_SHA256", "TLS_AES_128_CCM_8_SHA256", "n"],
  ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384", "dbn"],
  ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "dbn"],
  ["TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305", "dbn"],
  ["TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305", "dbn"],
  ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256", "dbn"],
  ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "dbn"],
  ["TLS_ECDHE_ECDSA_WITH_AES_256_CCM", "ECDHE-ECDSA-AES256-CCM", "n"],
  ["TLS_ECDHE_ECDSA_WITH_AES_128_CCM", "ECDHE-ECDSA-AES128-CCM", "n"],
  ["TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8", "ECDHE-ECDSA-AES256-CCM8", "n"],
  ["TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", "ECDHE-ECDSA-AES128-CCM8", "n"],
  ["TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "DHE-RSA-AES256-GCM-SHA384", "n"],
  ["TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "DHE-RSA-CHACHA20-POLY1305", "n"],
  ["TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "DHE-RSA-AES128-GCM-SHA256", "n"],
  ["TLS_DHE_DSS_WITH_AES_256_GCM_SHA384", "DHE-DSS-AES256-GCM-SHA384", "n"],
  ["TLS_DHE_DSS_WITH_AES_128_GCM_SHA256", "DHE-DSS-AES128-GCM-SHA256", "n"],
  ["TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "ECDHE-ECDSA-AES256-SHA384", "n"],
  ["TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "ECDHE-RSA-AES256-SHA384", "n"],
  ["TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "ECDHE-ECDSA-AES128-SHA256", "bn"],
  ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "ECDHE-RSA-AES128-SHA256", "bn"],
  ["TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA", "bn"],
  ["TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA", "bn"],
  ["TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA", "bn"],
  ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA", "bn"],
  ["TLS_DHE_RSA_WITH_AES_256_CBC_SHA256", "DHE-RSA-AES256-SHA256", "n"],
  ["TLS_DHE_RSA_WITH_AES_128_CBC_SHA256", "DHE-RSA-AES128-SHA256", "n"],
  ["TLS_DHE_RSA_WITH_AES_256_CBC_SHA", "DHE-RSA-AES256-SHA", "n"],
  ["TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "DHE-RSA-AES128-SHA", "n"],
  ["TLS_DHE_DSS_WITH_AES_256_CBC_SHA256", "DHE-DSS-AES256-SHA256", "n"],
  ["TLS_DHE_DSS_WITH_AES_128_CBC_SHA256", "DHE-DSS-AES128-SHA256", "n"],
  ["TLS_DHE_DSS_WITH_AES_256_CBC_SHA", "DHE-DSS-AES256-SHA", "n"],
  ["TLS_DHE_DSS_WITH_AES_128_CBC_SHA", "DHE-DSS-AES128-SHA", "n"],
  ["TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA", "DHE-RSA-CAMELLIA256-SHA", "n"],
  ["TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA", "DHE-RSA-CAMELLIA128-SHA", "n"],
  ["TLS_DHE_DSS_WITH_CAMELLIA_256_CBC_SHA", "DHE-DSS-CAMELLIA256-SHA", "n"],
  ["TLS_DHE_DSS_WITH_CAMELLIA_128_CBC_SHA", "DHE-DSS-CAMELLIA128-SHA", "n"],
  ["TLS_RSA_WITH_AES_256_GCM_SHA384", "AES256-GCM-SHA384", "bn"],
  ["TLS_RSA_WITH_AES_128_GCM_SHA256", "AES128-GCM-SHA256", "bn"],
  ["TLS_RSA_WITH_AES_256_CBC_SHA256", "AES256-SHA256", "n"],
  ["TLS_RSA_WITH_AES_128_CBC_SHA256", "AES128-SHA256", "n"],
  ["TLS_RSA_WITH_AES_256_CBC_SHA", "AES256-SHA", "bn"],
  ["TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA", "bn"],
  ["TLS_RSA_WITH_CAMELLIA_256_CBC_SHA", "CAMELLIA256-SHA", "n"],
  ["TLS_RSA_WITH_CAMELLIA_128_CBC_SHA", "CAMELLIA128-SHA", "n"],
  ["TLS_RSA_WITH_3DES_EDE_CBC_SHA", "DES-CBC3-SHA", "b"],
  ["TLS_RSA_WITH_NULL_SHA", "NULL-SHA", "n"],
] as const).map(([name, openssl, runtimes]) => ({ name, openssl, runtimes }));

/** The suite with this IANA or OpenSSL name, in any case; `UsageError` when there is none. */
export function suiteByName(name: string): CipherSuite {
  const upperName = name.toUpperCase();
  const suite = CIPHER_SUITES.find((suite) =>
    suite.name === upperName || suite.openssl === upperName
  );
  if (suite === undefined) {
    throw new UsageError(`Unknown TLS cipher suite "${name}"`, {
      hint: advise("See the list of suites", "list-suites"),
    });
  }
  return suite;
}

/** The IANA name for the runtime's name of the negotiated suite. */
export function ianaName(
  cipher: { name: string; standardName?: string },
): string {
  const { name, standardName = name } = cipher;
  return CIPHER_SUITES.find((suite) => suite.openssl === name)?.name ??
    standardName;
}
