/** `findscu serve` as a process of its own, on a free port, ended as a user would. */
import { findscu, type Finished } from "./process.ts";

/** Runs `body` with the port of a server with these arguments; answers what became of the process after Ctrl-C. */
export async function withServe(
  args: readonly string[],
  body: (port: number) => Promise<void>,
): Promise<Finished> {
  let said = "";
  let interrupt = () => {};
  let listening: (port: number) => void;
  const started = new Promise<number>((resolve) => listening = resolve);
  const finished = findscu(["serve", ...args, "--port", "0"], {
    onOutput: (text, kill) => {
      said += text;
      interrupt = () => kill("SIGINT");
      const port = /Listening on \S+:(\d+)/.exec(said)?.[1];
      if (port !== undefined) listening(Number(port));
    },
  });
  const port = await Promise.race([
    started,
    finished.then(({ stderr }) => {
      throw new Error(`The server did not start:\n${stderr}`);
    }),
  ]);
  try {
    await body(port);
  } finally {
    interrupt();
  }
  return await finished;
}
