/** What a peer speaks that does not speak what was expected, by its first bytes. It opens no connection. */

/** What the first bytes of a peer are when they are not what was expected, or undefined when they look like neither. */
export function foreignProtocol(
  start: Uint8Array,
): "TLS" | "HTTP" | "DICOM" | undefined {
  const [type = 0, second = 0] = start;
  if (type >= 0x14 && type <= 0x17 && second === 0x03) return "TLS";
  const text = new TextDecoder("latin1").decode(start.subarray(0, 5));
  if (text === "HTTP/") return "HTTP";
  // A PDU: type 1 to 7, a reserved zero, a four-byte length (PS3.8 9.3.1).
  return type >= 0x01 && type <= 0x07 && second === 0x00 ? "DICOM" : undefined;
}
