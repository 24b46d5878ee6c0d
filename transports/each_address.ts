/**
 * Names with several addresses on runtimes on which a refused connection looks open (`NoPeerError`), so that the runtime tried no
 * further one. Opens nothing itself.
 */
import { builtin } from "../src/builtin.ts";
import type { Target } from "../src/transport.ts";
import { NoPeerError } from "./socket_errors.ts";

/** The addresses of a host name; none for an address. */
export type AddressLookup = (host: string) => Promise<readonly string[]>;

/**
 * Connects to a target by its name or, if that failed in this way, by its addresses in turn. Rejects as `open` does
 * the first time.
 */
export async function tryEachAddress<T>(
  target: Target,
  open: (host: string) => Promise<T>,
  lookup: AddressLookup = addressesOf,
): Promise<T> {
  try {
    return await open(target.host);
  } catch (error) {
    if (!hasNoPeer(error) || target.family !== undefined) throw error;
    for (const address of await lookup(target.host)) {
      try {
        return await open(address);
      } catch (another) {
        if (!hasNoPeer(another)) throw another;
      }
    }
    throw error;
  }
}

function hasNoPeer(error: unknown): boolean {
  return (error as { cause?: unknown }).cause instanceof NoPeerError;
}

async function addressesOf(host: string): Promise<string[]> {
  const { lookup } = builtin("node:dns/promises");
  try {
    const addresses = await lookup(host, { all: true });
    return addresses.map(({ address }) => address).filter((each) =>
      each !== host
    );
  } catch {
    return [];
  }
}
