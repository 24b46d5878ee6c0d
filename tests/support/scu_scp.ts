/** A C-FIND user and a provider connected in memory, with a clock that the test moves: no driver, no promise, no waiting. */
import type { Endpoint } from "../../src/dimse/session.ts";

/** Most rounds of a conversation: more means that the two talk for ever. */
const MAX_ROUNDS = 1000;

/** Two sans-I/O endpoints, the bytes of each carried to the other. */
export class Wire<A, B> {
  readonly a: Endpoint<A>;
  readonly b: Endpoint<B>;
  /** The time that both are given, in milliseconds. */
  now = 0;
  readonly aEvents: A[] = [];
  readonly bEvents: B[] = [];
  readonly #closed = { a: false, b: false };
  /** Largest chunk that is carried at once. */
  readonly #chunk: number;

  constructor(a: Endpoint<A>, b: Endpoint<B>, chunk = Infinity) {
    this.a = a;
    this.b = b;
    this.#chunk = chunk;
    a.transportOpened(0);
    b.transportOpened(0);
  }

  /** Carries bytes and collects events until both have nothing to say. `onB` answers the provider's events as they come. */
  run(onB: (event: B) => void = () => {}): void {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const moved = [
        this.#carry(this.a, this.b),
        this.#carry(this.b, this.a),
        this.#collect(this.a, this.aEvents),
        this.#collect(this.b, this.bEvents, onB),
        this.#close(),
      ];
      if (!moved.includes(true)) return;
    }
    throw new Error("The endpoints never fall silent");
  }

  /** Moves the clock and lets both look at it. */
  advance(milliseconds: number): void {
    this.now += milliseconds;
    this.a.handleTimeout(this.now);
    this.b.handleTimeout(this.now);
  }

  #carry(from: Endpoint<unknown>, to: Endpoint<unknown>): boolean {
    const bytes = from.pollTransmit();
    if (bytes === undefined) return false;
    if (to.wantsClose) return true;
    for (let at = 0; at < bytes.length; at += this.#chunk) {
      to.receive(bytes.slice(at, at + this.#chunk), this.now);
    }
    return true;
  }

  #collect<E>(
    from: Endpoint<E>,
    into: E[],
    tell: (event: E) => void = () => {},
  ): boolean {
    let some = false;
    for (let event = from.pollEvent(); event; event = from.pollEvent()) {
      into.push(event);
      tell(event);
      some = true;
    }
    return some;
  }

  #close(): boolean {
    let some = false;
    for (
      const [name, mine, other] of [
        ["a", this.a, this.b],
        ["b", this.b, this.a],
      ] as const
    ) {
      if (!mine.wantsClose || this.#closed[name]) continue;
      this.#closed[name] = true;
      other.transportClosed(this.now);
      some = true;
    }
    return some;
  }
}
