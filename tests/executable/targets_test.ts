/** Executables for other machines: made by Bun, and looked at, since they cannot be run here. */

import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { describe, test } from "node:test";
import {
  compileWithBun,
  makeBundle,
  root,
} from "../../scripts/compile_steps.ts";
import {
  formatComplaint,
  hostTarget,
  TARGETS,
} from "../../scripts/compile_targets.ts";

/** Larger than any of them should ever be, in bytes: a sign that something was embedded that should not. */
const SIZE_LIMIT = 130_000_000;

const bundle = makeBundle();

describe("the executable by Bun for", () => {
  for (const target of TARGETS) {
    if (target.name === hostTarget()?.name) continue;
    test(target.name, (context) => {
      const result = compileWithBun(bundle, target);
      if (!result.ok) {
        if (!result.unavailable) assert.fail(result.reason);
        console.log(`SKIPPED: ${target.name}: ${result.reason}`);
        context.skip(result.reason);
        return;
      }
      try {
        const bytes = readFileSync(result.path);
        assert.equal(
          formatComplaint(bytes.subarray(0, 4096), target),
          undefined,
        );
        assert.ok(bytes.length < SIZE_LIMIT, `${bytes.length} bytes`);
        assert.ok(bytes.includes("DICOM query (C-FIND) SCU"));
        assert.ok(!bytes.includes(root), "a path of this machine is in it");
      } finally {
        rmSync(dirname(result.path), { recursive: true });
      }
    });
  }
});
