/** The loop serves everybody: long answers let others in, and a peer that takes nothing costs nothing and is given up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Endpoint } from "../../../src/dimse/session.ts";
import { type Clock, Driver } from "../../../src/driver/drive.ts";
import { FakeClock, settle } from "../../support/fake_clock.ts";
import { serve, type ServerEndpoint } from "../../../src/driver/serve.ts";
import type { Transport } from "../../../src/transport.ts";

/** An endpoint that always has more to say, until it hears something. */
class Talker implements ServerEndpoint<string> {
  heard = 0;
  said = 0;
  told = 0;
  deadline: number | undefined;
  isSilent = false;
  isAborted = false;
  readonly #events: string[] = [];
  transportOpened(): void {}
  receive(bytes: Uint8Array): void {
    this.heard += bytes.length;
    this.isSilent = true;
    this.#events.push("heard");
  }
  transportClosed(): void {}
  handleTimeout(): void {
    this.told++;
  }
  pollTransmit(): Uint8Array | undefined {
    if (this.isSilent) return undefined;
    this.said++;
    return new Uint8Array(1);
  }
  pollEvent(): string | undefined {
    return this.#events.shift();
  }
  pollTimeout(): number | undefined {
    return this.deadline;
  }
  readonly wantsClose = false;
  abort(): void {
    this.isAborted = true;
  }
}

/** A transport of a peer that takes everything at once, or nothing, and sends what it is given. */
class Peer implements Transport {
  readonly info = { kind: "mock", peer: "peer" };
  takes = true;
  reads = 0;
  isClosed = false;
  /** Says so much whenever it is read. */
  chatter: Uint8Array | undefined;
  #reader: ((chunk: Uint8Array | null) => void) | undefined;
  read(): Promise<Uint8Array | null> {
    this.reads++;
    if (this.chatter !== undefined) return Promise.resolve(this.chatter);
    return new Promise((resolve) => this.#reader = resolve);
  }
  write(): Promise<void> {
    return this.takes ? Promise.resolve() : new Promise(() => {});
  }
  close(): void {
    this.isClosed = true;
    this.#reader?.(null);
  }
  say(length = 1): void {
    this.#reader?.(new Uint8Array(length));
  }
}

function run(endpoint: Endpoint<string>, peer: Peer, clock: Clock) {
  const driver = new Driver(endpoint, peer, clock);
  const events: string[] = [];
  const over = (async () => {
    for (let event; (event = await driver.next()) !== undefined;) {
      events.push(event);
    }
  })();
  return { driver, events, over };
}

test("an answer without end turns the loop every few milliseconds", async () => {
  const clock = new FakeClock({ pace: 1, holdsTurns: true });
  const talker = new Talker();
  const peer = new Peer();
  const { driver, events, over } = run(talker, peer, clock);
  await settle();
  assert.equal(clock.turns, 1);
  const before = talker.said;
  await clock.pass(0);
  const said = talker.said - before;
  assert.ok(said >= 2 && said <= 9, `${said} writes without a turn`);
  peer.say();
  await clock.pass(0);
  assert.deepEqual(events, ["heard"]);
  driver.close();
  await over;
});

/** Says one thing for each that it hears. */
class Answerer extends Talker {
  #answers = 0;
  override receive(bytes: Uint8Array): void {
    this.heard += bytes.length;
    this.#answers++;
  }
  override pollTransmit(): Uint8Array | undefined {
    if (this.#answers === 0) return undefined;
    this.#answers--;
    this.said++;
    return new Uint8Array(1);
  }
}

test("short answers to a peer that is never slow turn the loop now and then", async () => {
  const clock = new FakeClock({ pace: 1, holdsTurns: true });
  const answerer = new Answerer();
  const peer = new Peer();
  peer.chatter = new Uint8Array(1);
  const { driver, over } = run(answerer, peer, clock);
  for (let turn = 1; turn <= 3; turn++) {
    for (let step = 0; step < 100 && clock.turns < turn; step++) {
      await settle();
    }
    assert.equal(clock.turns, turn);
    await clock.pass(0);
  }
  assert.ok(answerer.said > 10 && answerer.said < 600, `${answerer.said}`);
  peer.chatter = undefined;
  driver.close();
  await clock.pass(0);
  await over;
});

test("all connections of a clock share the time between two turns", async () => {
  const clock = new FakeClock({ pace: 1, holdsTurns: true });
  const talkers = [new Talker(), new Talker(), new Talker()];
  const running = talkers.map((talker) => run(talker, new Peer(), clock));
  await clock.pass(0);
  const before = talkers.reduce((sum, { said }) => sum + said, 0);
  await clock.pass(0);
  const said = talkers.reduce((sum, one) => sum + one.said, 0) - before;
  assert.ok(said <= 12, `${said} writes without a turn`);
  for (const { driver, over } of running) {
    driver.close();
    await over;
  }
});

test("work without bytes goes on once the loop has turned, again and again", async () => {
  const clock = new FakeClock({ holdsTurns: true });
  const talker = new Talker();
  talker.isSilent = true;
  talker.deadline = 0;
  const { driver, over } = run(talker, new Peer(), clock);
  await settle();
  assert.deepEqual([talker.told, clock.turns, clock.timers], [0, 1, 0]);
  for (let turn = 1; turn <= 5; turn++) {
    await clock.pass(0);
    assert.equal(talker.told, turn);
  }
  driver.close();
  await clock.pass(0);
  await over;
});

test("a peer that takes nothing is not worked for", async () => {
  const clock = new FakeClock({ holdsTurns: true });
  clock.time = 1_000;
  const talker = new Talker();
  talker.deadline = 0;
  const peer = new Peer();
  peer.takes = false;
  const { driver, over } = run(talker, peer, clock);
  for (let step = 0; step < 50; step++) {
    await clock.pass(1);
    talker.deadline = clock.time - 1;
  }
  assert.ok(talker.told <= 1, `told ${talker.told} times`);
  assert.ok(clock.turns + clock.timers <= 3);
  driver.close();
  await over;
});

test("a peer that asks and asks but takes no answer is not read for ever", async () => {
  const clock = new FakeClock({ holdsTurns: true });
  const talker = new Talker();
  const peer = new Peer();
  peer.takes = false;
  peer.chatter = new Uint8Array(64 * 1024);
  const { driver, over } = run(talker, peer, clock);
  await settle();
  assert.ok(talker.heard >= 256 * 1024 && talker.heard < 512 * 1024);
  const { reads } = peer;
  await settle();
  assert.equal(peer.reads, reads);
  driver.close();
  await over;
});

interface Idle {
  readonly errors: string[];
  readonly done: Promise<void>;
}

/** Serves one connection that may be idle for ten seconds. */
function serveOne(talker: Talker, peer: Peer, clock: Clock): Idle {
  const errors: string[] = [];
  const listener = {
    address: { host: "mock", port: 0 },
    close: () => {},
    async *[Symbol.asyncIterator]() {
      yield await Promise.resolve(peer);
    },
  };
  const done = serve<string>(listener, {
    endpoint: () => talker,
    onError: (error) => errors.push((error as Error).message),
    idleTimeout: 10_000,
    clock,
  });
  return { errors, done };
}

test("a client that says nothing is closed after the idle time", async () => {
  const clock = new FakeClock({ holdsTurns: true });
  const talker = new Talker();
  talker.isSilent = true;
  const peer = new Peer();
  const { errors, done } = serveOne(talker, peer, clock);
  await clock.pass(9_000);
  peer.say(); // counts as long as something comes of it
  await clock.pass(9_000);
  assert.ok(!peer.isClosed);
  await clock.pass(1_000);
  await done;
  assert.ok(peer.isClosed && talker.isAborted);
  assert.deepEqual(errors, ["Closed because the client was idle for 10 s"]);
});

test("a client that never reads is closed after the idle time", async () => {
  const clock = new FakeClock({ holdsTurns: true });
  const talker = new Talker();
  talker.deadline = 0;
  const peer = new Peer();
  peer.takes = false;
  const { errors, done } = serveOne(talker, peer, clock);
  await clock.pass(0);
  await clock.pass(9_999);
  assert.ok(!talker.isAborted);
  await clock.pass(1);
  assert.ok(talker.isAborted);
  await clock.pass(1_000); // the A-ABORT does not leave either
  await done;
  assert.ok(peer.isClosed);
  assert.equal(errors.length, 1);
});

test("a client that waits for the endpoint is not idle", async () => {
  const clock = new FakeClock({ holdsTurns: true });
  const talker = new Talker();
  talker.isSilent = true;
  talker.deadline = 60_000;
  const peer = new Peer();
  const { errors, done } = serveOne(talker, peer, clock);
  await clock.pass(50_000);
  assert.ok(!peer.isClosed);
  assert.deepEqual(errors, []);
  talker.deadline = undefined;
  await clock.pass(10_000);
  await clock.pass(10_000);
  await done;
  assert.equal(errors.length, 1);
});

test("serve() turns away more connections than are allowed, and closes those beyond", async () => {
  const peers = Array.from({ length: 70 }, () => new Peer());
  const controller = new AbortController();
  const made: boolean[] = [];
  const listener = {
    address: { host: "mock", port: 0 },
    close: () => {},
    async *[Symbol.asyncIterator]() {
      yield* peers.slice(0, 69);
      peers[0]!.close();
      await settle();
      yield peers[69]!;
    },
  };
  const done = serve<string>(listener, {
    endpoint: (isFull) => {
      made.push(isFull);
      const talker = new Talker();
      talker.isSilent = true;
      return talker;
    },
    maxAssociations: 2,
    signal: controller.signal,
    clock: new FakeClock({ holdsTurns: true }),
  });
  for (let step = 0; step < 10; step++) await settle();
  assert.deepEqual(made, [false, false, ...Array(64).fill(true), false]);
  assert.deepEqual(
    peers.flatMap(({ isClosed }, index) => isClosed ? index : []),
    [0, 66, 67, 68],
  );
  controller.abort();
  await done;
});

test("a client that sends without end what leads to nothing lets the others be heard", async () => {
  class Deaf extends Talker {
    override receive(bytes: Uint8Array): void {
      this.heard += bytes.length;
    }
    override pollTransmit(): undefined {}
  }
  const peer = new Peer();
  peer.chatter = new Uint8Array(1);
  let [now, turns] = [0, 0];
  const clock: Clock = {
    // Time passes with what is heard.
    now: () => now += 1,
    after: () => () => {},
    turn: () => {
      turns++;
      return Promise.resolve();
    },
  };
  const endpoint = new Deaf();
  const idle = { timeout: Infinity, onTimeout: () => {} };
  const driver = new Driver(endpoint, peer, clock, undefined, idle);
  const over = driver.next();
  while (endpoint.heard < 100) await Promise.resolve();
  driver.close();
  await over;
  assert.ok(turns >= 25, `${turns} turns`);
});
