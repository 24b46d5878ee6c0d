/**
 * The rules of the house as a Deno lint plugin: which layer may import which, where `async`, clocks and bare errors may be,
 * what must be documented, how messages are written. The rules' data is in
 * `layers.ts` and `messages.ts`. `deno lint` runs it, see `deno.json`.
 */
import { fileURLToPath } from "node:url";
import {
  ASYNC_ALLOWED,
  CLOCK_ALLOWED,
  importMistake,
  IMPURE_FUNCTIONS,
  isBelow,
  isSource,
  optionMistake,
  RUNTIME_GLOBALS,
} from "./layers.ts";
import { hasMessages, messageMistake } from "./messages.ts";

/** A file longer than this probably answers two questions. */
const MOST_LINES = 500;

const root = fileURLToPath(new URL("../", import.meta.url));

/** The path of a file below the project, with forward slashes. */
function projectPath(filename: string): string {
  const path = filename.startsWith(root)
    ? filename.slice(root.length)
    : filename;
  return path.replaceAll("\\", "/");
}

function isPublic(path: string): boolean {
  return isSource(path) || path === "mod.ts" ||
    isBelow(path, "transports") || isBelow(path, "host") ||
    isBelow(path, "library") || isBelow(path, "testing");
}

type Context = Deno.lint.RuleContext;
type Visitor = Deno.lint.LintVisitor;

function layers(context: Context): Visitor {
  const importer = projectPath(context.filename);
  const check = (source: Deno.lint.Node | null | undefined) => {
    if (source?.type !== "Literal" || typeof source.value !== "string") return;
    const message = importMistake(importer, source.value);
    if (message !== undefined) context.report({ node: source, message });
  };
  return {
    ImportDeclaration: (node) => check(node.source),
    ExportNamedDeclaration: (node) => check(node.source),
    ExportAllDeclaration: (node) => check(node.source),
    ImportExpression: (node) => check(node.source),
    TSImportType({ argument }) {
      if (argument.type === "TSLiteralType") check(argument.literal);
    },
  };
}

function noAsync(context: Context): Visitor {
  const path = projectPath(context.filename);
  if (!isSource(path) || ASYNC_ALLOWED.some((place) => isBelow(path, place))) {
    return {};
  }
  const report = (node: Deno.lint.Node) =>
    context.report({
      node,
      message: `The core is synchronous: "async" and "await" are only in ${
        ASYNC_ALLOWED.join(", ")
      }`,
    });
  return {
    "FunctionDeclaration[async=true]": report,
    "FunctionExpression[async=true]": report,
    "ArrowFunctionExpression[async=true]": report,
    AwaitExpression: report,
    "ForOfStatement[await=true]": report,
  };
}

function noImpurity(context: Context): Visitor {
  const path = projectPath(context.filename);
  if (!isSource(path)) return {};
  const mayReadClock = CLOCK_ALLOWED.some((place) => isBelow(path, place));
  const report = (node: Deno.lint.Node, name: string) =>
    context.report({
      node,
      message:
        `"${name}" has no place in the core: time, chance and output are passed in`,
    });
  const checkFunction = (node: Deno.lint.Node, name: string) => {
    if (!mayReadClock && IMPURE_FUNCTIONS.has(name)) report(node, name);
  };
  return {
    CallExpression({ callee }) {
      if (callee.type === "Identifier") checkFunction(callee, callee.name);
    },
    MemberExpression(node) {
      const { object, property } = node;
      if (object.type !== "Identifier") return;
      if (RUNTIME_GLOBALS.has(object.name)) report(node, object.name);
      if (property.type !== "Identifier") return;
      checkFunction(node, `${object.name}.${property.name}`);
    },
    NewExpression({ callee, arguments: values }) {
      if (callee.type !== "Identifier") return;
      if (RUNTIME_GLOBALS.has(callee.name)) report(callee, callee.name);
      if (callee.name === "Date" && values.length === 0) {
        report(callee, "new Date()");
      }
    },
  };
}

function noBareError(context: Context): Visitor {
  if (!isPublic(projectPath(context.filename))) return {};
  return {
    "ThrowStatement > NewExpression"(node: Deno.lint.NewExpression) {
      if (node.callee.type !== "Identifier" || node.callee.name !== "Error") {
        return;
      }
      context.report({
        node,
        message:
          "Throw one of the classes of src/errors.ts, never a bare Error",
      });
    },
  };
}

function noOptions(context: Context): Visitor {
  const path = projectPath(context.filename);
  const check = (node: Deno.lint.Node, text: unknown) => {
    if (typeof text !== "string") return;
    const message = optionMistake(path, text);
    if (message !== undefined) context.report({ node, message });
  };
  return {
    Literal: (node) => check(node, node.value),
    TemplateElement: (node) => check(node, node.cooked),
  };
}

function documentedExports(context: Context): Visitor {
  const path = projectPath(context.filename);
  if (!isPublic(path)) return {};
  const names = new Set<string>(); // overloads share the comment of the first
  return {
    ExportNamedDeclaration(node) {
      const { declaration } = node;
      if (declaration === null) return;
      const name = declaredName(declaration);
      if (name !== undefined && names.has(name)) return;
      if (name !== undefined) names.add(name);
      const comment = context.sourceCode.getCommentsBefore(node).at(-1);
      if (comment?.type === "Block" && comment.value.startsWith("*")) return;
      context.report({
        node,
        message: `Exported symbol has no doc comment: "${name ?? "?"}"`,
      });
    },
  };
}

function declaredName(
  declaration: NonNullable<Deno.lint.ExportNamedDeclaration["declaration"]>,
): string | undefined {
  if (declaration.type === "VariableDeclaration") {
    const id = declaration.declarations[0]?.id;
    return id?.type === "Identifier" ? id.name : undefined;
  }
  return "id" in declaration && declaration.id?.type === "Identifier"
    ? declaration.id.name
    : undefined;
}

function fileHead(context: Context): Visitor {
  const path = projectPath(context.filename);
  return {
    Program(node) {
      const text = context.sourceCode.text;
      const lines = text.split("\n").length - 1;
      if (lines > MOST_LINES && !path.endsWith("_data.ts")) {
        context.report({
          node,
          message:
            `A file has at most ${MOST_LINES} lines, this one ${lines}: divide it by what it answers`,
        });
      }
      if (isPublic(path) && !/^(?:#!.*\n)?\/[/*]/.test(text)) {
        context.report({
          node,
          message: "A file begins with a comment: what it is for",
        });
      }
    },
  };
}

function messageForm(context: Context): Visitor {
  if (!hasMessages(projectPath(context.filename))) return {};
  const check = (node: Deno.lint.Node, text: string) => {
    const message = messageMistake(text);
    if (message !== undefined) context.report({ node, message });
  };
  return {
    Literal(node) {
      if (typeof node.value === "string") check(node, node.value);
    },
    TemplateLiteral(node) {
      check(node, node.quasis.map(({ cooked }) => cooked).join("…"));
    },
  };
}

function reExportsOnly(context: Context): Visitor {
  if (projectPath(context.filename) !== "mod.ts") return {};
  return {
    Program(node) {
      for (const statement of node.body) {
        const isReExport = statement.type === "ExportAllDeclaration" ||
          statement.type === "ExportNamedDeclaration" &&
            statement.source !== null;
        if (isReExport) continue;
        context.report({
          node: statement,
          message: "mod.ts holds re-exports only",
        });
      }
    },
  };
}

const plugin: Deno.lint.Plugin = {
  name: "findscu",
  rules: {
    layers: { create: layers },
    "no-async": { create: noAsync },
    "no-impurity": { create: noImpurity },
    "no-bare-error": { create: noBareError },
    "no-options": { create: noOptions },
    "documented-exports": { create: documentedExports },
    "file-head": { create: fileHead },
    "message-form": { create: messageForm },
    "re-exports-only": { create: reExportsOnly },
  },
};

export default plugin;
