/** Loads every module that declares targets. */
import "./connections.ts";
import "./conversation.ts";
import "./dataset.ts";
import "./input.ts";
import "./lists.ts";
import "./mock.ts";
import "./peer.ts";
import "./query.ts";
import "./settings.ts";
import "./transports.ts";

export { targets } from "../../support/fuzz.ts";
