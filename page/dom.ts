/** Making elements in few words. */

type Attribute = string | number | boolean | ((event: Event) => void);

/**
 * An element with attributes and content. A function is a listener for the event of its name; false leaves an attribute out. Text
 * becomes text, never markup.
 */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...content: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(key, value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false) node.setAttribute(key, String(value));
  }
  node.append(...content);
  return node;
}

/** The element with this id, which the page has. */
export function byId(id: string): HTMLElement {
  const node = document.getElementById(id);
  if (node === null) throw new TypeError(`No element has the id "${id}"`);
  return node;
}

/** The content of a block of data of the page. */
export function dataOf(id: string): unknown {
  return JSON.parse(byId(id).textContent ?? "null");
}

/** Copies a text, and says so if `status` is. */
export async function copy(text: string, status: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Browsers that keep the clipboard from pages that are files have the older way.
    const field = element("textarea", { readonly: true }, text);
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  status.textContent = `Copied ${text}`;
}

/** Gives a text to the user as a file. */
export function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** `1 match`, `3,000 matches`. */
export function amountOf(count: number, one: string, many: string): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
