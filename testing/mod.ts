/**
 * Tests that every transport and every connector must pass, for their authors. They run with the test runner of the runtime
 * (`node --test`, `bun test`, `deno test`).
 *
 * ```ts
 * import { mockPair } from "findscu";
 * import { transportSuite } from "findscu/testing";
 *
 * transportSuite("mock", () => {
 *   const [client, server] = mockPair();
 *   return Promise.resolve({ client, server });
 * });
 * ```
 *
 * @module
 */
export { type ConnectorBench, connectorSuite } from "./connector_suite.ts";
export {
  readExactly,
  type TransportPair,
  transportSuite,
} from "./transport_suite.ts";
