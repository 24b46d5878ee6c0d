/** The version, which is written down here, in the manifest and in the changelog. */

/** Version of the program and the library; equals the one of deno.json, which a test watches over. */
export const VERSION = "0.2.0";
