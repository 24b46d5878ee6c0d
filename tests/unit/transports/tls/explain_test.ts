import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  explainHandshake,
  explainOpen,
  type HandshakeFacts,
} from "../../../../transports/tls/explain.ts";
import { foreignProtocol } from "../../../../transports/foreign.ts";
import { planSession } from "../../../../transports/tls/plan.ts";

const FACTS: HandshakeFacts = {
  peer: "pacs:2762",
  runtime: "Deno",
  plan: planSession("bcp195-nd", [], "Deno"),
  identified: false,
  received: undefined,
};

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

describe("explainHandshake()", () => {
  /** The same event in the words of rustls, BoringSSL and OpenSSL. */
  const rows: readonly [
    sentence: RegExp,
    ...errors: [code: string, message: string][],
  ][] = [
    [
      /does not speak TLS on this port/,
      [
        "ERR_SSL_WRONG_VERSION_NUMBER",
        "received corrupt message of type InvalidContentType",
      ],
      [
        "ERR_SSL_WRONG_VERSION_NUMBER",
        "error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER",
      ],
    ],
    [
      /no common TLS version: .*TLS 1\.2 to TLS 1\.3/,
      [
        "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
        "received fatal alert: ProtocolVersion",
      ],
      ["", "error:0A000102:SSL routines::unsupported protocol"],
    ],
    [
      /no common cipher suite, or it demands a client certificate/,
      [
        "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
        "received fatal alert: HandshakeFailure",
      ],
    ],
    [
      /demands a client certificate$/,
      [
        "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
        "received fatal alert: CertificateRequired",
      ],
      [
        "ERR_SSL_TLSV1_ALERT_CERTIFICATE_REQUIRED",
        "error:1000045c:SSL routines:OPENSSL_internal:TLSV1_ALERT_CERTIFICATE_REQUIRED",
      ],
    ],
    [
      /does not trust the authority that issued our certificate/,
      ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "received fatal alert: UnknownCA"],
    ],
    [
      /our certificate has expired/,
      [
        "ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "received fatal alert: CertificateExpired",
      ],
    ],
    [
      /our certificate has been revoked/,
      [
        "ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED",
        "received fatal alert: CertificateRevoked",
      ],
    ],
    [
      /does not accept our certificate/,
      [
        "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE",
        "received fatal alert: BadCertificate",
      ],
    ],
    [
      /cannot prove that it owns its certificate/,
      [
        "ERR_SSL_BAD_SIGNATURE",
        "error:10000072:SSL routines:OPENSSL_internal:BAD_SIGNATURE",
      ],
      [
        "ERR_SSL_LAST_OCTET_INVALID",
        "error:02000086:rsa routines:RSA_verify_PKCS1_PSS_mgf1:last octet invalid",
      ],
    ],
    [
      /closed the connection during the handshake/,
      [
        "ECONNRESET",
        "Client network socket disconnected before secure TLS connection was established",
      ],
      ["ECONNRESET", "read ECONNRESET"],
    ],
    [
      /does not know the requested server name/,
      [
        "ERR_SSL_TLSV1_UNRECOGNIZED_NAME",
        "received fatal alert: UnrecognisedName",
      ],
    ],
  ];
  for (const [sentence, ...errors] of rows) {
    for (const [code, message] of errors) {
      test(`${code || message}: ${sentence.source}`, () => {
        const explained = explainHandshake(failure(code, message), FACTS);
        assert.match(explained.message, /^TLS with "pacs:2762" failed: /);
        assert.match(explained.message, sentence);
        assert.match(explained.hint!, /^[A-Z].*[^.]$/);
      });
    }
  }

  test("distinguishes a refused hello from a missing certificate by what came before", () => {
    const error = failure("ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "");
    const sentence = (received: number, identified = false) =>
      explainHandshake(error, { ...FACTS, received, identified }).message;
    assert.match(sentence(7), /no common cipher suite, version or signature/);
    assert.match(sentence(1_500), /demands a client certificate$/);
    assert.match(sentence(1_500, true), /does not accept our certificate$/);
  });

  test("keeps one printable line of what it does not know", () => {
    const error = failure(
      "ERR_X",
      "80CA:error:0A:SSL routines:f:odd thing:../s.c:1:\n\n",
    );
    assert.equal(
      explainHandshake(error, FACTS).message,
      'TLS with "pacs:2762" failed: odd thing',
    );
  });
});

describe("explainOpen()", () => {
  test("takes a missing closing alert for the end", () => {
    const error = failure(
      "",
      "peer closed connection without sending TLS close_notify",
    );
    assert.equal(explainOpen(error, FACTS), null);
  });

  test("leaves errors below TLS alone", () => {
    assert.equal(
      explainOpen(failure("ECONNRESET", "read ECONNRESET"), FACTS),
      undefined,
    );
  });

  test("explains a late refusal", () => {
    const error = failure("ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "");
    assert.match(explainOpen(error, FACTS)?.message ?? "", /does not trust/);
  });
});

test("foreignProtocol() knows first bytes", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  assert.equal(foreignProtocol(bytes("HTTP/1.1 400 Bad Request")), "HTTP");
  assert.equal(foreignProtocol(Uint8Array.of(0x15, 3, 1, 0, 2, 2, 10)), "TLS");
  assert.equal(foreignProtocol(Uint8Array.of(7, 0, 0, 0, 0, 4)), "DICOM");
  assert.equal(foreignProtocol(bytes("220 ready")), undefined);
  assert.equal(foreignProtocol(new Uint8Array(0)), undefined);
});
