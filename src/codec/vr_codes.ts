/**
 * The VRs by their codes: both letters as one number, as bytes in little endian order have them, so that no string is made per
 * element.
 */
import { type Vr, VR_TABLE, type VrInfo } from "../dataset/vr.ts";

/** A VR with its code and its properties. */
export interface CodedVr extends VrInfo {
  readonly vr: Vr;
  readonly code: number;
}

/** The number of slots. */
export const VR_SLOTS = 1 << 10;

const VRS: (CodedVr | undefined)[] = new Array(VR_SLOTS).fill(undefined);
for (const [vr, info] of Object.entries(VR_TABLE) as [Vr, VrInfo][]) {
  const code = codeOf(vr);
  VRS[slotOf(code)] = { vr, code, ...info };
}

/** The code of a VR. */
export function codeOf(vr: Vr): number {
  return vr.charCodeAt(0) | vr.charCodeAt(1) << 8;
}

/** The place of a code in small tables: five bits of each letter. No two VRs share one, but other codes may have the same. */
export function slotOf(code: number): number {
  return code & 0x1f | code >>> 3 & 0x3e0;
}

/** The VR of a code, if it is one of the 34. */
export function vrOfCode(code: number): CodedVr | undefined {
  const vr = VRS[slotOf(code)];
  return vr?.code === code ? vr : undefined;
}
