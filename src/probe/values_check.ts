/** Whether values are what their VR allows, as far as a quick look can show (PS3.5 6.2). Judges bytes as they came. */
import { latin1 } from "../bytes/latin1.ts";
import { type Element, plainValue } from "../dataset/dataset.ts";
import type { Vr } from "../dataset/vr.ts";

/** The form of each value of a VR, apart from padding. Ranges are not met in responses. */
const FORMS: Readonly<Partial<Record<Vr, RegExp>>> = {
  AE: /^[\x20-\x5b\x5d-\x7e]{0,16}$/,
  AS: /^\d{3}[DWMY]$/,
  CS: /^[A-Z0-9_ ]{1,16}$/,
  DA: /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/,
  DS: /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/,
  DT: /^\d{4}(\d{2}){0,5}(\.\d{1,6})?([+-]\d{4})?$/,
  IS: /^[+-]?\d{1,12}$/,
  TM: /^([01]\d|2[0-3])([0-5]\d([0-5]\d|60)?)?(\.\d{1,6})?$/,
  UI: /^(0|[1-9]\d*)(\.(0|[1-9]\d*))*$/,
};

/** Specific Character Set may begin with an empty value. */
const SPECIFIC_CHARACTER_SET = 0x00080005;

/** Whether a value breaks its VR. */
export function breaksVr({ tag, vr, ...element }: Element): boolean {
  const form = FORMS[vr];
  const bytes = plainValue({ tag, vr, ...element } as Element);
  if (form === undefined || bytes === undefined || bytes.length === 0) {
    return false;
  }
  if (tag === SPECIFIC_CHARACTER_SET) return false;
  return latin1(bytes).split("\\").some((value) => {
    const bare = value.replace(/[ \0]+$/, "").replace(/^ +/, "");
    return bare !== "" && !form.test(bare);
  });
}

/** Whether a UID is padded with a blank instead of a NUL (PS3.5 9.1). */
export function isPaddedWithBlank(element: Element): boolean {
  const bytes = plainValue(element);
  return element.vr === "UI" && bytes?.[bytes.length - 1] === 0x20;
}
