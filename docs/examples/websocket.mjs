/**
 * A transport for findscu: a WebSocket (RFC 6455) to a bridge that passes binary messages on to a TCP connection, as websockify does.
 * Runs wherever `WebSocket` is: Deno, Bun, Node.js 22 and later, browsers.
 *
 *     DICOM_BRIDGE='wss://bridge.example.org/%h/%p' findscu --transport websocket.mjs MYPACS@pacs:104 -q PatientName
 *
 * DICOM_BRIDGE is the address of the bridge, with %h and %p for host and port; without it the bridge is at host and port themselves.
 */

/** Bytes that may wait for the network before a write waits, too. */
const WRITE_AHEAD = 64 * 1024;

export default function open({ host, port }, { signal }) {
  const bridge = globalThis.process?.env.DICOM_BRIDGE ?? "ws://%h:%p/";
  return openAt(
    bridge.replaceAll("%h", host.includes(":") ? `[${host}]` : host)
      .replaceAll("%p", String(port)),
    `${host}:${port}`,
    signal,
  );
}

export function openAt(url, peer, signal) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    const settle = (action) => {
      signal.removeEventListener("abort", giveUp);
      action();
    };
    const giveUp = () => {
      settle(() => reject(signal.reason));
      socket.close();
    };
    signal.addEventListener("abort", giveUp);
    // Resolves before the first message can come; the bridge closes where it does not reach the peer.
    socket.onopen = () => settle(() => resolve(transport(socket, peer)));
    socket.onclose = socket.onerror = () =>
      settle(() => reject(new Error(`no bridge to ${peer} at ${url}`)));
  });
}

function transport(socket, peer) {
  const chunks = [];
  let end; // null: the peer closed its side; an error: the connection broke
  let isClosed = false;
  let wake = () => {};

  socket.onmessage = ({ data }) => {
    // Chunks are never empty, and text is not DICOM.
    if (isClosed || typeof data === "string" || data.byteLength === 0) return;
    chunks.push(new Uint8Array(data));
    wake();
  };
  socket.onerror = () => {}; // "close" follows, and knows more
  socket.onclose = ({ code, reason }) => {
    end = code === 1000 || code === 1005
      ? null
      : new Error(`the WebSocket was closed: ${code} ${reason}`.trim());
    wake();
  };
  const checkOpen = () => {
    if (isClosed || socket.readyState !== WebSocket.OPEN) {
      throw end ?? new Error("the WebSocket is closed");
    }
  };

  return {
    info: { kind: "websocket", peer },
    async read() {
      while (chunks.length === 0 && !isClosed && end === undefined) {
        await new Promise((resolve) => wake = resolve);
      }
      if (isClosed) return null;
      if (chunks.length > 0) return chunks.shift();
      if (end === null) return null;
      throw end;
    },
    async write(bytes) {
      checkOpen();
      for (let at = 0; at < bytes.length; at += WRITE_AHEAD) {
        socket.send(bytes.slice(at, at + WRITE_AHEAD));
        // There is no event for it: a WebSocket only tells how much waits.
        while (socket.bufferedAmount > WRITE_AHEAD) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          checkOpen();
        }
      }
    },
    close() {
      isClosed = true;
      chunks.length = 0;
      wake();
      // Sends what is buffered before, and goes on to take what comes until the bridge has closed, too.
      socket.close();
    },
  };
}
