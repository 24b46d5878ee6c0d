/** Mistakes of a program that uses the library: each is an error of a known class that speaks of what the program said. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Charset,
  connect,
  connectionOf,
  Dataset,
  demoArchive,
  demoConnector,
  encodeDataset,
  EXPLICIT_LE,
  find,
  findModel,
  FindscuError,
  type FindSettings,
  identifierOf,
  type Keys,
  LocalProtocolError,
  mockConnector,
  numberElement,
  resultWriter,
  socks5Connector,
  tagOf,
  tcpConnector,
  tcpListener,
  textElement,
  type Transport,
  UsageError,
} from "../../../mod.ts";

const { signal } = new AbortController();
const host = "127.0.0.1";
const study = findModel("study")!;
const target = { host: "pacs", port: 104 };
const query = {
  abstractSyntax: study.uid,
  identifier: identifierOf({ PatientID: "" }, study).dataset,
};

function open(settings: object = {}) {
  return connect({ connector: demoConnector(), target, ...settings });
}

function demo(keys: Keys, settings: object = {}) {
  return find("mock:demo", keys, settings as FindSettings).all();
}

const MISTAKES: readonly (readonly [
  name: string,
  action: () => unknown,
  message: RegExp,
])[] = [
  ...[0, -1, 70_000, 1.5, NaN].flatMap((port) =>
    [true, false].map((native) =>
      [
        `a connection to port ${port}, native: ${native}`,
        () => tcpConnector({ native })({ host, port }, { signal }),
        /Invalid port/,
      ] as const
    )
  ),
  ...[-1, 70_000, 1.5, NaN].map((port) =>
    [
      `a listener on port ${port}`,
      () => tcpListener({ host, port }),
      /Invalid port/,
    ] as const
  ),
  [
    "a proxy at port 70000",
    () => socks5Connector({ host, port: 70_000 }),
    /Invalid port 70000/,
  ],
  [
    "a port of an association",
    () => open({ connector: tcpConnector(), target: { host, port: 70_000 } }),
    /Invalid port 70000/,
  ],
  [
    "a port of an address",
    () => find("dicom://pacs:0", { PatientID: "" }),
    /port 0 is out of range/,
  ],
  [
    "a time limit that is no number",
    () => open({ timeouts: { connect: NaN } }),
    /Invalid limit "connect": NaN/,
  ],
  [
    "a time limit below nothing",
    () => open({ timeouts: { response: -1 } }),
    /Invalid limit "response": -1/,
  ],
  [
    "a size below nothing",
    () => demo({ PatientID: "" }, { maxResponseSize: -1 }),
    /Invalid limit "maxResponseSize": -1/,
  ],
  [
    "an AE title that is too long",
    () => demo({ PatientID: "" }, { callingAeTitle: "ABCDEFGHIJKLMNOPQ" }),
    /17 characters/,
  ],
  [
    "text of a VR that there is not",
    () => textElement(0x00100010, "XX" as "PN", ["a"], Charset.ascii),
    /Unknown VR "XX"/,
  ],
  [
    "an element of a VR that there is not",
    () =>
      encodeDataset(
        Dataset.of({
          tag: 0x00100010,
          vr: "XX" as "PN",
          value: new Uint8Array(1),
        }),
        EXPLICIT_LE,
      ),
    /Unknown VR "XX"/,
  ],
  [
    "a number that does not fit",
    () => numberElement(0x00280010, "US", [70_000]),
    /out of range: 70000/,
  ],
  [
    "text that the character set has not",
    () => textElement(0x00100010, "PN", ["Жук"], Charset.ascii),
    /not in "ISO_IR 6"/,
  ],
  ...[-1, 1.5, NaN, 2 ** 32].map((tag) =>
    [
      `an element of tag ${tag}`,
      () => new Dataset().set({ tag, vr: "PN", value: new Uint8Array(0) }),
      /Invalid tag/,
    ] as const
  ),
  ["a group that is too large", () => tagOf(0x10000, 0), /Invalid tag: group/],
  ["an element that is none", () => tagOf(8, 1.5), /Invalid tag: group/],
  [
    "a priority that there is not",
    () => demo({ PatientID: "" }, { priority: "nope" }),
    /Unknown priority "nope"/,
  ],
  [
    "a format that there is not",
    () => resultWriter("nope" as "csv"),
    /Unknown format "nope"/,
  ],
  ...[undefined, null, 5, () => 1].map((address) =>
    [
      `the address ${address}`,
      () => find(address as unknown as string, { PatientID: "" }),
      /The address is .*, not a text/,
    ] as const
  ),
  ...[null, 5, "PatientID"].map((keys) =>
    [
      `the keys ${keys}`,
      () => demo(keys as unknown as Keys),
      /The keys are .*, not an object/,
    ] as const
  ),
  [
    "keys that contain themselves",
    () => {
      const keys: Record<string, unknown> = { PatientID: "" };
      keys["RequestAttributesSequence"] = keys;
      return demo(keys as Keys);
    },
    /more than 32 levels/,
  ],
  ...[null, 5].map((settings) =>
    [
      `the settings ${settings}`,
      () => demo({ PatientID: "" }, settings as unknown as object),
      /The settings are .*, not an object/,
    ] as const
  ),
  [
    "a setting that there is not",
    () => demo({ PatientID: "" }, { timeout: 5 }),
    /Unknown setting "timeout"/,
  ],
  [
    "a time limit that there is not",
    () => demo({ PatientID: "" }, { timeouts: { associate: 5 } }),
    /Unknown timeout "associate"/,
  ],
  [
    "time limits that are none",
    () => demo({ PatientID: "" }, { timeouts: 5 }),
    /The timeouts are 5, not an object/,
  ],
  ...["x", "ISO_IR 999", ["ISO_IR 100", "x"], 5].map((charset) =>
    [
      `the character set ${charset}`,
      () => demo({ PatientID: "" }, { charset }),
      /".*" is not a character set/,
    ] as const
  ),
  [
    "a level that is a number",
    () => demo({ PatientID: "" }, { level: 5 }),
    /no level 5/,
  ],
  ...[
    [5, /The TLS settings are 5/],
    [{ rejectUnauthorized: false }, /Unknown TLS setting "rejectUnauthorized"/],
    [{ authorities: "ca.pem" }, /"authorities" is not a list/],
  ].map(([tls, message]) =>
    [
      `TLS by ${JSON.stringify(tls)}`,
      () =>
        find("dicoms://pacs", { PatientID: "" }, { tls } as FindSettings).all(),
      message as RegExp,
    ] as const
  ),
  [
    "a signal that is none",
    () => demo({ PatientID: "" }, { signal: {} }),
    /"signal" is not an AbortSignal/,
  ],
  [
    "an AE title that is a number",
    () => demo({ PatientID: "" }, { callingAeTitle: 5 }),
    /Invalid calling AE title 5/,
  ],
  [
    "a model that is a number",
    () => demo({ PatientID: "" }, { model: 5 }),
    /Unknown information model "5"/,
  ],
  [
    "TLS for a plain address",
    () => find("dicom://pacs", { PatientID: "" }, { tls: {} }),
    /TLS have no effect on a plain address/,
  ],
  [
    "a connector for the built-in archive",
    () => demo({ PatientID: "" }, { over: demoConnector() }),
    /"over" has no effect/,
  ],
  [
    "a fault that there is not",
    () => mockConnector(demoArchive(), { fault: "nope" }),
    /Unknown fault "nope"/,
  ],
];

for (const [name, action, message] of MISTAKES) {
  test(`${name} is refused`, async () => {
    await assert.rejects(async () => await action(), (error) => {
      assert.ok(error instanceof FindscuError, String(error));
      assert.ok(["usage", "encode"].includes(error.code), error.code);
      assert.match(error.message, message);
      // Nobody who calls a function knows the options of the command line.
      assert.doesNotMatch(
        `${error.message} ${error.hint ?? ""}`,
        /(^|[\s(`])(--[a-z]|-[A-Za-z]\b|\+[a-z])/,
      );
      return true;
    });
  });
}

for (const ending of ["release", "abort", "close"] as const) {
  test(`an association is of no use after ${ending}()`, async () => {
    const association = await connect(connectionOf("mock:demo"));
    await association[ending]();
    const isOver = (error: unknown) =>
      error instanceof LocalProtocolError &&
      /The association with .* is over/.test(error.message);
    await assert.rejects(async () => {
      await association.find(query).next();
    }, isOver);
    await assert.rejects(association.echo(), isOver);
    // To end what has ended is no mistake.
    await association.release();
    await association.abort();
  });
}

test("a second request waits for the end of the first", async () => {
  const association = await open();
  const first = association.find(query);
  const { value } = await first.next();
  assert.equal(value?.number, 1);
  for (
    const action of [
      () => association.find(query),
      () => association.echo(),
    ]
  ) {
    await assert.rejects(
      async () => void await action(),
      (error) =>
        error instanceof LocalProtocolError &&
        /A query is open on this association/.test(error.message),
    );
  }
  assert.equal((await first.next()).value?.number, 2);
  await first.return();
  await association.echo();
  await association.release();
});

test("two releases at once are one", async () => {
  const association = await open();
  await Promise.all([association.release(), association.release()]);
});

test("whatever a transport of somebody else does is an error of ours, and nothing else", async () => {
  const oddities: Record<string, object> = {
    "close() throws": {
      read: () => Promise.resolve(null),
      close: () => {
        throw new Error("close");
      },
    },
    "nothing waits": { read: () => null, write: () => {} },
    "read() throws": {
      read: () => {
        throw new Error("read");
      },
    },
    "read() gives a text": { read: () => Promise.resolve("text") },
    "read() gives nothing": { read: () => Promise.resolve(undefined) },
    "read() gives no bytes": { read: () => Promise.resolve(new Uint8Array()) },
    "write() throws": {
      write: () => {
        throw new Error("write");
      },
    },
    "write() rejects": { write: () => Promise.reject(new Error("write")) },
  };
  for (const [name, oddity] of Object.entries(oddities)) {
    const connector = () =>
      Promise.resolve({
        info: { kind: "odd", peer: "odd" },
        read: () => new Promise(() => {}),
        write: () => Promise.resolve(),
        close: () => {},
        ...oddity,
      } as Transport);
    const ways: Record<string, () => Promise<unknown>> = {
      itself: () => connect({ connector, target }),
      below: () =>
        find("dicom://pacs", { PatientID: "" }, { over: connector }).all(),
      proxy: () =>
        find("dicom://pacs", { PatientID: "" }, {
          over: socks5Connector({ host, port: 1080, over: connector }),
        }).all(),
    };
    for (const [way, action] of Object.entries(ways)) {
      await assert.rejects(action, (error) => {
        assert.ok(error instanceof FindscuError, `${name}, ${way}: ${error}`);
        assert.doesNotMatch(error.message, /subarray|iterable|undefined/);
        return true;
      });
    }
  }
});

test("a mistake is of the class for mistakes", () => {
  assert.throws(() => tagOf(-1, 0), UsageError);
});
