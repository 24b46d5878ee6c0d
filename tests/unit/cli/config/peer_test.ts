/** From arguments to the settings of a connection: peer, TLS, deadlines. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FindConfig } from "../../../../src/cli/config/run_config.ts";
import type { TlsConfig } from "../../../../src/cli/target.ts";
import { address, dcmtk, find, refusal } from "../../../support/configured.ts";

const PORTS = "Give a whole number from 1 to 65535";

describe("configure() and the peer", () => {
  test("takes brackets off an IPv6 host", () => {
    assert.deepEqual(find("-k", "A", "[::1]", "104").target, {
      transport: "tcp",
      host: "::1",
      port: 104,
    });
  });

  test("takes the port as scanf does, but whole", () => {
    assert.deepEqual(find("-k", "A", "host", " +0104").target, {
      transport: "tcp",
      host: "host",
      port: 104,
    });
    assert.match(
      refusal("-k", "A", "host", "104x"),
      /^Invalid parameter value 104x \| .*Give a whole number/,
    );
  });

  test("takes the AE title before the @, and the option before that", () => {
    assert.equal(find("AE@host:104").calledAeTitle, "AE");
    assert.equal(find("AE@host:104", "-aec", "B").calledAeTitle, "B");
    assert.equal(address("--calling-ae-title", "ME").callingAeTitle, "ME");
  });

  test("leaves the other parameters as query files", () => {
    assert.deepEqual(
      find("a.dcm", "host:104", "-", "b.dcm").identifier.files,
      ["a.dcm", "-", "b.dcm"],
    );
    assert.deepEqual(
      find("host", "104", "a.dcm", "b.dcm").identifier.files,
      ["a.dcm", "b.dcm"],
    );
  });

  test("restricts the IP version", () => {
    const family = (...args: string[]) => {
      const { target } = dcmtk(...args);
      return target.transport === "mock" ? undefined : target.family;
    };
    assert.equal(family("-i4"), 4);
    assert.equal(family("-i4", "-i6"), 6);
    assert.equal(family("-i6", "-i0"), undefined);
  });

  test("refuses an address of the other IP version", () => {
    assert.equal(
      refusal("-k", "A", "-i4", "::1", "104"),
      "-i4 not allowed with the IPv6 address ::1 | Leave out -i4, or give a name or an IPv4 address",
    );
    assert.equal(
      refusal("--ipv6", "AE@10.0.0.7:104"),
      "-i6 not allowed with the IPv4 address 10.0.0.7 | Leave out -i6, or give a name or an IPv6 address",
    );
    for (
      const args of [
        ["-i4", "10.0.0.7:104"],
        ["-i6", "dicom://[fe80::1%eth0]"],
        ["-i6", "localhost:104"],
        ["-i4", "-i0", "[::1]:104"],
        ["-i4", "mock:demo"],
      ]
    ) assert.doesNotThrow(() => find(...args), args.join(" "));
  });

  test("takes mock addresses without host", () => {
    assert.deepEqual(find("mock:demo").target, {
      transport: "mock",
      source: "demo",
    });
  });

  for (
    const [args, message] of [
      [
        ["-v"],
        "Missing parameter peer | Give PEER and PORT, or an address: HOST:PORT",
      ],
      [
        ["host"],
        "Missing parameter port | Give PEER and PORT, or an address: HOST:PORT",
      ],
      [
        ["", "104", "-k", "PatientName"],
        "Missing parameter peer | PEER is empty: give the archive's host name or address",
      ],
      [["host", "0"], `Invalid parameter value 0 (underflow) | ${PORTS}`],
      [
        ["host", "65536"],
        `Invalid parameter value 65536 (overflow) | ${PORTS}`,
      ],
      [["host", "-1"], `Invalid parameter value -1 (overflow) | ${PORTS}`],
      [
        ["host", "abc"],
        `Invalid parameter value abc | The second parameter is the port. ${PORTS}`,
      ],
      [
        ["-q", "PatientName", "PACS@host"],
        '"PACS@host" is neither an address nor a saved connection | Write PACS@host:104, or another port',
      ],
      [
        ["-k", "PatientName", "PACS@host", "11112"],
        "Invalid parameter value PACS@host | Write PACS@host:11112, or give the AE title with -aec",
      ],
      [
        ["host", "PatientName=A"],
        'Invalid parameter value PatientName=A | Write -k "PatientName=A" if that is a key',
      ],
      [
        ["http://host:104", "-q", "PatientName"],
        'Unknown scheme "http" in the address "http://host:104" | Use dicom://, dicoms:// or mock:',
      ],
      [
        ["fe80::1:104"],
        "Missing parameter port | Write [fe80::1]:104 if these are the host and port",
      ],
      [
        ["eco", "host", "104"],
        "Invalid parameter value host | Did you mean the command echo?",
      ],
      [
        ["-v", "echo", "host", "104"],
        "Invalid parameter value host | The command echo must be the first word",
      ],
      [
        ["-q", "host:104"],
        "Missing address | -q needs a key after it; for fewer messages use --quiet",
      ],
      [
        ["host:99999"],
        'Invalid address "host:99999": port 99999 is out of range | Give a whole number from 1 to 65535',
      ],
    ] as const
  ) {
    test(`refuses ${args.join(" ")}`, () => {
      assert.equal(refusal(...args), message);
    });
  }
});

describe("configure() and time-outs", () => {
  function response(config: FindConfig): number {
    assert.equal(config.timeouts.response, config.timeouts.firstResponse);
    return config.timeouts.response / 1000;
  }

  test("the shorter of -ts and -td counts", () => {
    assert.equal(response(dcmtk("-td", "10")), 10);
    assert.equal(response(dcmtk("-td", "100")), 60);
    assert.equal(response(dcmtk("-td", "100", "-ts", "0")), 100);
    assert.equal(response(dcmtk("-ts", "-1")), Infinity);
    assert.equal(response(address("-td", "10")), 10);
    assert.equal(response(address("-ts", "600")), 600);
    assert.equal(response(address("-ts", "60", "-td", "600")), 60);
    assert.equal(response(address("-ts", "0")), Infinity);
  });

  test("our own come before both", () => {
    const { timeouts } = dcmtk(
      "--first-response-timeout",
      "0",
      "--response-timeout=2.5",
      "--total-timeout",
      "9",
    );
    assert.equal(timeouts.firstResponse, Infinity);
    assert.equal(timeouts.response, 2500);
    assert.equal(timeouts.total, 9000);
  });

  test("waits that no timer can hold are none", () => {
    const { timeouts } = dcmtk("-to", "9999999999999", "-ta", "2147483");
    assert.equal(timeouts.connect, Infinity);
    assert.equal(timeouts.association, 2_147_483_000);
  });

  test("-to and -ta are for the connection and the association", () => {
    const { timeouts } = dcmtk("--connect-timeout", "5", "-ta", "7");
    assert.equal(timeouts.connect, 5000);
    assert.equal(timeouts.association, 7000);
    assert.equal(timeouts.release, 7000);
  });
});

describe("configure() and TLS", () => {
  function tls(...args: string[]): TlsConfig {
    const { target } = find("-k", "A", ...args);
    assert.ok(target.transport === "tls");
    return target.tls;
  }

  test("+tls takes key and certificate, in DCMTK's manner", () => {
    const config = tls("host", "104", "+tls", "k", "c", "+cf", "a", "+cf", "b");
    assert.deepEqual(config.credentials, {
      kind: "files",
      key: "k",
      certificate: "c",
    });
    assert.deepEqual(config.caFiles, ["a", "b"]);
    assert.deepEqual(config.password, { kind: "prompt" });
    assert.equal(config.peer, "require");
    assert.equal(config.checkHostname, false);
    assert.equal(config.serverName, undefined);
    assert.equal(config.crlCheck, "none");
    assert.equal(config.profile, "8996");
    assert.equal(config.format, undefined);
    assert.equal(config.handshakeTimeout, 30_000);
  });

  test("dicoms:// is TLS without further options, and checks the name", () => {
    const config = tls("dicoms://host", "-vc", "+crl", "l");
    assert.equal(config.credentials, undefined);
    assert.equal(config.checkHostname, true);
    assert.equal(config.serverName, "host");
    assert.equal(config.peer, "verify");
    assert.equal(config.crlCheck, "leaf");
    assert.equal(tls("dicoms://10.0.0.1").serverName, undefined);
    assert.equal(tls("dicoms://host", "--no-sni").serverName, undefined);
    assert.equal(
      tls("dicoms://host", "--no-check-hostname").checkHostname,
      false,
    );
  });

  test("the rightmost transport counts", () => {
    assert.equal(dcmtk("+tla", "-tls").target.transport, "tcp");
    assert.equal(dcmtk("-tls", "+tla").target.transport, "tls");
    assert.equal(address("+tla").target.transport, "tls");
  });

  test("PKCS#12 stands for key and certificate", () => {
    const config = tls("host:104", "--pkcs12", "p", "--password-env", "PW");
    assert.deepEqual(config.credentials, { kind: "pkcs12", file: "p" });
    assert.deepEqual(config.password, { kind: "env", name: "PW" });
  });

  test("passwords come from where the rightmost option says", () => {
    const password = (...args: string[]) =>
      tls("host", "104", "+tls", "k", "c", ...args).password;
    assert.deepEqual(password("+pw", "x"), { kind: "value", value: "x" });
    assert.deepEqual(password("+pw", "x", "-pw"), { kind: "value", value: "" });
    assert.deepEqual(password("+pw", "x", "+ps"), { kind: "prompt" });
    assert.deepEqual(password("--password-file", "f"), {
      kind: "file",
      path: "f",
    });
  });

  test("profiles, ciphers, seeds and lists", () => {
    const config = tls(
      ..."host 104 +tla +px +pa +cs A +cs B +rs s +ws +cra -ic".split(" "),
    );
    assert.equal(config.profile, "aes");
    assert.deepEqual(config.ciphers, ["A", "B"]);
    assert.equal(config.seedFile, "s");
    assert.equal(config.seedOutput, "s");
    assert.equal(config.crlCheck, "chain");
    assert.equal(config.peer, "ignore");
  });

  for (
    const [args, message] of [
      ["host 104 +pw x +tla", "--use-passwd only allowed with --enable-tls"],
      [
        "host 104 -rc",
        "--require-peer-cert only allowed with --enable-tls or --anonymous-tls",
      ],
      [
        "host 104 +tls k c +cf x -tls",
        "--add-cert-file only allowed with --enable-tls or --anonymous-tls",
      ],
      ["host 104 +tla +ws", "--write-seed only allowed with --seed"],
      [
        "host 104 +tla +cs A +pz",
        "--cipher not allowed with --profile-bcp195-ex",
      ],
      [
        "dicoms://host -tls",
        "--disable-tls not allowed with a dicoms:// address",
      ],
      ["mock:demo +tla", "--anonymous-tls not allowed with a mock: address"],
    ] as const
  ) {
    test(`refuses ${args}`, () => {
      assert.equal(refusal("-k", "A", ...args.split(" ")), message);
    });
  }
});
