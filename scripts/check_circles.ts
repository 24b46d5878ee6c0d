/** Finds files that import each other in a circle, types included: `deno run --allow-read scripts/check_circles.ts`. */
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** The files that one folder of the project holds. */
function filesIn(folder: string): string[] {
  return readdirSync(root + folder, { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".ts"));
}

/** What a file imports of the project, as paths: at its start, or when it is needed. */
function importsOf(file: string): string[] {
  const text = readFileSync(root + file, "utf8");
  const imports = text.matchAll(
    /(?:^(?:import|export)\b[^"';]*?from |\bimport\(\s*)"(\.[^"]+)"/gm,
  );
  return Array.from(
    imports,
    ([, path = ""]) => posix.join(posix.dirname(file), path),
  );
}

/** The circles of a graph: its strongly connected components of more than one node (Tarjan). */
export function circles(
  graph: ReadonlyMap<string, readonly string[]>,
): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const visit = (node: string): void => {
    order.set(node, order.size);
    low.set(node, order.get(node)!);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue;
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) {
        low.set(node, Math.min(low.get(node)!, low.get(next)!));
      }
    }
    if (low.get(node) !== order.get(node)) return;
    const component = stack.splice(stack.indexOf(node));
    if (component.length > 1) found.push(component.sort());
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}

if (import.meta.main) {
  const files = [
    "src",
    "transports",
    "host",
    "library",
    "testing",
    "page",
    "scripts",
    "tests/support",
  ].flatMap(filesIn);
  const found = circles(new Map(files.map((file) => [file, importsOf(file)])));
  for (const circle of found) {
    console.error(`These files import each other: ${circle.join(", ")}`);
  }
  process.exitCode = found.length === 0 ? 0 : 1;
}
