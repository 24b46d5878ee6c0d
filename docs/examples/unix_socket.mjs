/**
 * A transport for findscu: a Unix domain socket called HOST.sock in the folder that DICOM_SOCKETS names.
 *
 *     findscu --transport unix_socket.mjs MYPACS@pacs:104 -q PatientName
 */
import { connect } from "node:net";
import process from "node:process";

export default function open({ host }, { signal }) {
  return new Promise((resolve, reject) => {
    const folder = process.env.DICOM_SOCKETS ?? "/run/dicom";
    const socket = connect({ path: `${folder}/${host}.sock` });
    const giveUp = () => {
      socket.destroy();
      reject(signal.reason);
    };
    if (signal.aborted) return giveUp();
    signal.addEventListener("abort", giveUp);
    socket.on("error", reject);
    socket.once("connect", () => {
      signal.removeEventListener("abort", giveUp);
      resolve(transport(socket, host));
    });
  });
}

function transport(socket, host) {
  const chunks = socket[Symbol.asyncIterator]();
  const closing = new AbortController();
  const closed = new Promise((resolve) =>
    closing.signal.addEventListener("abort", () => resolve({ done: true }))
  );
  return {
    info: { kind: "unix", peer: host },
    async read() {
      const next = closing.signal.aborted ? closed : chunks.next();
      next.catch(() => {}); // an error after the end is nobody's
      const { done, value } = await Promise.race([next, closed]);
      return done ? null : value;
    },
    write(bytes) {
      return new Promise((resolve, reject) => {
        const refuse = () => reject(new Error("the socket is closed"));
        if (closing.signal.aborted) return refuse();
        closing.signal.addEventListener("abort", refuse);
        socket.write(bytes, (error) => error ? reject(error) : resolve());
      });
    },
    close() {
      closing.abort();
      socket.end();
      // Closed with bytes unread, the connection would be reset, and what was written last be lost.
      drop(chunks);
      setTimeout(() => socket.destroy(), 1000).unref();
    },
  };
}

async function drop(chunks) {
  try {
    while (!(await chunks.next()).done);
  } catch {
    // It is closed already.
  }
}
