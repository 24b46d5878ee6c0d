/**
 * Where a program can be changed by one token, and into what. Comments, texts and regular expressions stay as they are. Does not
 * depend on types, files or tests.
 */

/** One change of one token. */
export interface Mutation {
  /** Index of the first character that is replaced. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
}

const SWAPS: ReadonlyMap<string, string> = new Map(Object.entries({
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "++": "--",
  "--": "++",
  "+=": "-=",
  "-=": "+=",
  "&&": "||",
  "||": "&&",
  "??": "&&",
  "!": "",
  "&": "|",
  "|": "&",
  "<<": ">>",
  ">>": "<<",
  ">>>": "<<",
  "true": "false",
  "false": "true",
}));

/** A token, or what lies between two: blanks and comments, texts, numbers, words, and operators, the longest first. */
const TOKEN = new RegExp(
  [
    /(?<blank>\s+|\/\/[^\n]*|\/\*[^]*?\*\/)/,
    /(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/,
    /(?<number>0[xX][\da-fA-F_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?)/,
    /(?<word>#?[\p{ID_Start}$_][\p{ID_Continue}$]*)/u,
    /(?<operator>>>>=|\.\.\.|===|!==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.|\+\+|--|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|<<|>>|\*\*|[{}()[\];,<>+\-*/%&|^!~?:=.@])/,
  ].map(({ source }) => source).join("|"),
  "yu",
);

const REGEXP = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;

/** Words that no value ends with: what follows them begins one. */
const BEFORE_VALUE =
  /^(?:return|typeof|instanceof|in|of|new|delete|void|throw|case|do|else|yield|await)$/;

/** All changes of one token of JavaScript that leave a valid program. Throws `SyntaxError` for what is none. */
export function mutationsOf(code: string): Mutation[] {
  const mutations: Mutation[] = [];
  /** For each `{` that is open: whether a template goes on after its end. */
  const open: boolean[] = [];
  let last = "";
  let at = 0;
  const template = (): void => {
    while (at < code.length) {
      if (code[at] === "\\") at += 2;
      else if (code.startsWith("${", at)) {
        at += 2;
        open.push(true);
        last = "{";
        return;
      } else if (code[at++] === "`") {
        last = "`";
        return;
      }
    }
  };
  while (at < code.length) {
    if (code[at] === "`") {
      at++;
      template();
      continue;
    }
    const beginsValue = last === "" || BEFORE_VALUE.test(last) ||
      /^[^\w$#)\]}`"']+$/.test(last);
    if (code[at] === "/" && beginsValue && !/^\/[/*]/.test(code.slice(at))) {
      REGEXP.lastIndex = at;
      const found = REGEXP.exec(code);
      if (found !== null) {
        at += found[0].length;
        last = ")";
        continue;
      }
    }
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(code);
    if (found === null) throw new SyntaxError(`No token at ${at}`);
    const [token] = found;
    const { blank, number } = found.groups!;
    if (blank === undefined) {
      const to = number === undefined
        ? last === "." ? undefined : SWAPS.get(token)
        : more(token);
      if (to !== undefined) mutations.push({ at, from: token, to });
      if (token === "{") open.push(false);
      last = token;
    }
    at += token.length;
    if (token === "}" && open.pop() === true) template();
  }
  return mutations;
}

/** The number after it. */
function more(token: string): string | undefined {
  const big = token.endsWith("n") && !/^0x/i.test(token);
  const digits = token.replaceAll("_", "").replace(/n$/, "");
  const value = Number(digits);
  if (!Number.isSafeInteger(value)) return undefined;
  return `${value + 1}${big ? "n" : ""}`;
}
