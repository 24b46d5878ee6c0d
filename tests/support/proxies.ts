/** Small proxies on the loopback interface, independent of our clients of them: for tests that must not need other programs. */
import { Buffer } from "node:buffer";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Who may use a proxy; undefined for everybody. */
export interface Access {
  readonly user: string;
  readonly password: string;
}

/** A running server. */
export interface Running {
  readonly port: number;
  /** What clients wanted to be connected to, in order. */
  readonly wanted: readonly string[];
  close(): void;
}

/** Reads as much as is there, and waits for what is not. */
class Incoming {
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);
  #wake = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", this.#take);
  }

  readonly #take = (chunk: Buffer) => {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    this.#wake();
  };

  async bytes(length: number): Promise<Buffer> {
    while (this.#bytes.length < length) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }

  async head(): Promise<string> {
    let end: number;
    while ((end = this.#bytes.indexOf("\r\n\r\n")) < 0) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return (await this.bytes(end + 4)).toString("latin1");
  }

  /** Hands the rest of the conversation to another socket. */
  pipeTo(far: Socket): void {
    this.#socket.off("data", this.#take);
    if (this.#bytes.length > 0) far.write(this.#bytes);
    // Each side is ended when the other one has, after what that one brought; a side that fails takes the other one with it.
    this.#socket.pipe(far);
    far.pipe(this.#socket);
    far.on("error", () => this.#socket.destroy());
    this.#socket.on("error", () => far.destroy());
  }
}

/** Serves every connection with `serve`, whose failures end that connection. */
async function listening(
  serve: (
    socket: Socket,
    incoming: Incoming,
    wanted: string[],
  ) => Promise<void>,
): Promise<Running> {
  const sockets = new Set<Socket>();
  const wanted: string[] = [];
  const server = createServer(
    { noDelay: true, allowHalfOpen: true },
    (socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => socket.destroy());
      serve(socket, new Incoming(socket), wanted).catch(() => socket.destroy());
    },
  );
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve())
  );
  return {
    port: (server.address() as AddressInfo).port,
    wanted,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Connects; undefined when that fails. */
function reach(host: string, port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const far = connect({ host, port, noDelay: true, allowHalfOpen: true });
    far.once("connect", () => resolve(far));
    far.on("error", () => {
      far.destroy();
      resolve(undefined);
    });
  });
}

/** A SOCKS5 proxy (RFC 1928, RFC 1929). */
export function socksProxy(access?: Access): Promise<Running> {
  return listening(async (socket, incoming, wanted) => {
    const [, count = 0] = await incoming.bytes(2);
    const methods = [...await incoming.bytes(count)];
    const method = access === undefined ? 0 : 2;
    if (!methods.includes(method)) return void socket.end(Buffer.of(5, 0xff));
    socket.write(Buffer.of(5, method));
    if (access !== undefined) {
      const [, userLength = 0] = await incoming.bytes(2);
      const user = (await incoming.bytes(userLength)).toString();
      const [passwordLength = 0] = await incoming.bytes(1);
      const password = (await incoming.bytes(passwordLength)).toString();
      const isKnown = user === access.user && password === access.password;
      socket.write(Buffer.of(1, isKnown ? 0 : 1));
      if (!isKnown) return void socket.end();
    }
    const [, , , type] = await incoming.bytes(4);
    const host = type === 1
      ? [...await incoming.bytes(4)].join(".")
      : type === 4
      ? groups(await incoming.bytes(16))
      : (await incoming.bytes((await incoming.bytes(1))[0]!)).toString();
    const port = (await incoming.bytes(2)).readUInt16BE();
    wanted.push(`${type}:${host}:${port}`);
    const far = await reach(host, port);
    socket.write(Buffer.of(5, far ? 0 : 5, 0, 1, 0, 0, 0, 0, 0, 0));
    if (far === undefined) return void socket.end();
    incoming.pipeTo(far);
  });
}

function groups(address: Buffer): string {
  return Array.from(
    { length: 8 },
    (_, at) => address.readUInt16BE(2 * at).toString(16),
  ).join(":");
}

/** An HTTP proxy that knows CONNECT and Basic. */
export function httpProxy(access?: Access): Promise<Running> {
  return listening(async (socket, incoming, wanted) => {
    const head = await incoming.head();
    const expected = access &&
      Buffer.from(`${access.user}:${access.password}`).toString("base64");
    if (
      expected !== undefined &&
      /^Proxy-Authorization: Basic (\S+)/im.exec(head)?.[1] !== expected
    ) {
      return void socket.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n',
      );
    }
    const [, host = "", port = ""] =
      /^CONNECT \[?([^\s\]]+)\]?:(\d+) HTTP\/1\.1\r\n/.exec(head) ?? [];
    wanted.push(`${host}:${port}`);
    const far = await reach(host, Number(port));
    if (far === undefined) {
      return void socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    }
    socket.write("HTTP/1.1 200 OK\r\nVia: test\r\n\r\n");
    incoming.pipeTo(far);
  });
}

/** Sends these answers, each after something came, then hangs up, or stays silent. */
export function scriptedProxy(
  answers: readonly (string | Uint8Array)[],
  ending: "close" | "stay" = "close",
): Promise<Running> {
  return listening((socket) => {
    let at = 0;
    socket.on("data", () => {
      const answer = answers[at++];
      if (answer !== undefined) socket.write(answer);
      if (at >= answers.length && ending === "close") socket.end();
    });
    return Promise.resolve();
  });
}
