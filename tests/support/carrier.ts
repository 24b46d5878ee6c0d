/** A program that carries bytes between its standard streams and a TCP port, as socat does: HOST PORT. */
import { connect } from "node:net";
import process from "node:process";

const [host = "", port = ""] = process.argv.slice(2);
console.error(`connecting to ${host}`);
const socket = connect({ host, port: Number(port), noDelay: true });
socket.on("error", (error) => {
  console.error(error.message);
  process.exit(7);
});
process.stdin.pipe(socket);
socket.pipe(process.stdout);
socket.on("close", () => process.exit(0));
