/** Passwords for the peer and for proxies, from wherever they are kept. */
import { UsageError } from "../../errors.ts";
import type { SecretSource } from "../../security.ts";
import type { Host } from "../host.ts";

/** The secret, from wherever it is kept; undefined when there is none. */
export async function secretOf(
  source: SecretSource,
  host: Host,
  signal: AbortSignal,
  prompt = "Password: ",
): Promise<string | undefined> {
  switch (source.kind) {
    case "none":
      return undefined;
    case "value":
      return source.value;
    case "env": {
      const value = host.env(source.name);
      if (value === undefined) {
        throw new UsageError(
          `The environment variable "${source.name}" is not set`,
        );
      }
      return value;
    }
    case "file":
      await host.files.readPipes([source.path], signal);
      return new TextDecoder().decode(host.files.read(source.path))
        .split(/\r?\n/, 1)[0];
    case "prompt": {
      const value = await host.stdin.readSecret(prompt, signal);
      if (value === undefined) {
        throw new UsageError("No password was given");
      }
      return value;
    }
  }
}
