/** The information models without levels, and the SOP classes of their instances (PS3.4 Annexes U to KK, PS3.6 Annex A). */
import { FIND_MODELS } from "../../find/models.ts";

/** Storage and instance SOP classes by the name of the model that finds them. A dataset may also name the model's own SOP class. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  "ups-pull": ["1.2.840.10008.5.1.4.34.6.1"], // UPS Push: the class of every procedure step
  "ups-watch": ["1.2.840.10008.5.1.4.34.6.1"],
  "ups-query": ["1.2.840.10008.5.1.4.34.6.1"],
  "hanging-protocol": ["1.2.840.10008.5.1.4.38.1"],
  "color-palette": ["1.2.840.10008.5.1.4.39.1"],
  "implant": ["1.2.840.10008.5.1.4.43.1"],
  "implant-assembly": ["1.2.840.10008.5.1.4.44.1"],
  "implant-group": ["1.2.840.10008.5.1.4.45.1"],
  "protocol": [
    "1.2.840.10008.5.1.4.1.1.200.1", // CT Defined Procedure Protocol Storage
    "1.2.840.10008.5.1.4.1.1.200.7", // XA Defined Procedure Protocol Storage
  ],
  "protocol-approval": ["1.2.840.10008.5.1.4.1.1.200.3"],
  "inventory": ["1.2.840.10008.5.1.4.1.1.201.1"],
};

const MODELS_BY_CLASS = new Map<string, string[]>();
for (const { name, uid, levels } of FIND_MODELS) {
  if (levels.length > 0 || name === "worklist") continue;
  for (const sopClass of [uid, ...CLASSES[name] ?? []]) {
    const known = MODELS_BY_CLASS.get(sopClass);
    if (known === undefined) MODELS_BY_CLASS.set(sopClass, [name]);
    else known.push(name);
  }
}

/**
 * Names of the models without levels, other than the worklist, that find instances of a SOP class; none for composite instances.
 */
export function plainModelsOf(sopClassUid: string): readonly string[] {
  return MODELS_BY_CLASS.get(sopClassUid) ?? [];
}
