import assert from "node:assert/strict";
import { test } from "node:test";
import { VIA } from "../../../../src/cli/line/via.ts";

const proxy = (
  kind: string,
  host: string,
  port: number,
  user?: string,
) => ({ kind, host, port, user });

for (
  const [text, value] of [
    ["socks5://gate", proxy("socks5", "gate", 1080)],
    ["SOCKS5H://gate:1/", proxy("socks5", "gate", 1)],
    ["socks5://[::1]:1080", proxy("socks5", "::1", 1080)],
    ["socks5://a%40b@gate:9", proxy("socks5", "gate", 9, "a@b")],
    ["http://x@10.0.0.1:3128", proxy("http", "10.0.0.1", 3128, "x")],
    ["exec:ssh -W %h:%p gate", {
      kind: "exec",
      command: ["ssh", "-W", "%h:%p", "gate"],
    }],
    [`exec: "C:\\Program Files\\x.exe"  'a b'c ""`, {
      kind: "exec",
      command: ["C:\\Program Files\\x.exe", "a bc", ""],
    }],
    ["exec-sh:a | b 'c", { kind: "exec", command: "a | b 'c" }],
  ] as const
) {
  test(`--via ${text} is read`, () => {
    assert.deepEqual(VIA.read(text), { ok: true, value });
  });
}

for (
  const text of [
    "",
    "gate:1080",
    "socks5:gate",
    "socks5://",
    "socks5://gate:0",
    "socks5://@gate",
    "socks5://a:b@gate",
    "socks5://%zz@gate",
    "socks5://gate:1080/path",
    "socks5://::1:1080",
    "http://gate",
    "https://gate:1",
    "exec:",
    "exec: ",
    "exec:a 'b",
    "exec-sh: ",
    "ftp://gate:1",
  ]
) {
  test(`--via ${text} is refused with a hint`, () => {
    const reading = VIA.read(text);
    assert.ok(!reading.ok);
    assert.match(reading.mistake.hint, /^[A-Z].{10}/);
  });
}
