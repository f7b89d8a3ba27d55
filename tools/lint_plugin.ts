/**
 * The repository's own lint rules, where a rule of conduct can be checked.
 *
 * - `pure-core`: what decides has no clock, chance, input or output of its own, and does not wait.
 * - `injected-world`: everybody else is handed time and chance, but for the few files that hand them out.
 * - `top-level-function`: a top-level arrow function is one expression; anything longer is a `function`.
 *
 * `tests/tools/lint_plugin_test.ts` says by example what each refuses.
 */

/** Decides: same input, same output. */
const CORE = /^(controllers|crds|ipam|reconcile)\//;

/** Hands out time and chance, or is run by hand. */
const EDGE: readonly RegExp[] = [
  /^main\.ts$/,
  /^kube\/env\.ts$/,
  /^runtime\/(connect|env|replica)\.ts$/, // clocks and name of the shipped process
  /^cli\//, // composition roots of commands
  /^sandbox\/http\//, // serves real connections
  /^sandbox\/(kubelet|workloads)\.ts$/, // act on any cluster, in real time
  /^(bench|tests|tools)\//,
];

/** Globals that bring in the world, whatever is done with them. */
const WORLD: ReadonlySet<string> = new Set([
  "Date",
  "Deno",
  "clearInterval",
  "clearTimeout",
  "console",
  "crypto",
  "fetch",
  "globalThis",
  "navigator",
  "performance",
  "process",
  "queueMicrotask",
  "setInterval",
  "setTimeout",
]);

/** Time and chance. */
const TIMERS: ReadonlySet<string> = new Set(["queueMicrotask", "setInterval", "setTimeout"]);
const READINGS: ReadonlySet<string> = new Set([
  "Date.now",
  "Math.random",
  "crypto.getRandomValues",
  "crypto.randomUUID",
  "performance.now",
]);

/** Where an identifier is a name and not a use of what it names. */
const NAMES: ReadonlySet<string> = new Set([
  "MethodDefinition",
  "Property",
  "PropertyDefinition",
  "TSMethodSignature",
  "TSPropertySignature",
]);

type Node = Deno.lint.Node;
type Context = Deno.lint.RuleContext;

const plugin: Deno.lint.Plugin = {
  name: "cadastre",
  rules: {
    "pure-core": { create: (context) => CORE.test(pathOf(context)) ? pureCore(context) : {} },
    "injected-world": {
      create: (context) => EDGE.some((edge) => edge.test(pathOf(context))) ? {} : injectedWorld(context),
    },
    "top-level-function": {
      create: (context) => /^(bench|tests)\//.test(pathOf(context)) ? {} : topLevelFunction(context),
    },
  },
};
export default plugin;

function pureCore(context: Context): Deno.lint.LintVisitor {
  const refuse = (node: Node, what: string) =>
    context.report({
      node,
      message: `${what} has no place in what decides`,
      hint: "return a plan, and let the applier act; take time and chance as arguments",
    });
  const notAsync = (
    node: Deno.lint.FunctionDeclaration | Deno.lint.FunctionExpression | Deno.lint.ArrowFunctionExpression,
  ) => {
    if (node.async) refuse(node, "an async function");
  };
  return {
    FunctionDeclaration: notAsync,
    FunctionExpression: notAsync,
    ArrowFunctionExpression: notAsync,
    AwaitExpression: (node) => refuse(node, "await"),
    ForOfStatement: (node) => node.await ? refuse(node, "for await") : undefined,
    ImportExpression: (node) => refuse(node, "import()"),
    Identifier: (node) => WORLD.has(node.name) && isUse(node) ? refuse(node, node.name) : undefined,
    MemberExpression: (node) => textOf(node) === "Math.random" ? refuse(node, "Math.random") : undefined,
    CallExpression: (node) => isCode(node.callee) ? refuse(node, "code made from text") : undefined,
    NewExpression: (node) => isCode(node.callee) ? refuse(node, "code made from text") : undefined,
  };
}

function injectedWorld(context: Context): Deno.lint.LintVisitor {
  const refuse = (node: Node, what: string) =>
    context.report({
      node,
      message: `${what} cannot be tested`,
      hint: "take it from the Env that the composition root hands down",
    });
  return {
    Identifier: (node) => TIMERS.has(node.name) && isUse(node) ? refuse(node, node.name) : undefined,
    MemberExpression: (node) => READINGS.has(textOf(node)) ? refuse(node, textOf(node)) : undefined,
    NewExpression: (node) => {
      if (isCode(node.callee)) refuse(node, "code made from text");
      if (isNamed(node.callee, "Date") && node.arguments.length === 0) refuse(node, "new Date()");
    },
    CallExpression: (node) => isCode(node.callee) ? refuse(node, "code made from text") : undefined,
  };
}

function topLevelFunction(context: Context): Deno.lint.LintVisitor {
  const check = (node: Deno.lint.ArrowFunctionExpression) => {
    if (node.body.type !== "BlockStatement") return;
    context.report({
      node,
      message: "a top-level arrow function is one expression",
      hint: "declare it with `function`",
    });
  };
  const declared = "VariableDeclaration > VariableDeclarator > ArrowFunctionExpression";
  return {
    [`Program > ${declared}`]: check,
    [`Program > ExportNamedDeclaration > ${declared}`]: check,
  };
}

/** From the repository's root. */
function pathOf({ filename }: Context): string {
  const root = new URL("..", import.meta.url).pathname;
  return filename.startsWith(root) ? filename.slice(root.length) : filename;
}

function isUse(node: Deno.lint.Identifier): boolean {
  const { parent } = node;
  if (parent.type === "MemberExpression") return parent.object === node || parent.computed;
  if (NAMES.has(parent.type) && "key" in parent) return parent.key !== node;
  return !parent.type.startsWith("TS") && !parent.type.startsWith("Import") &&
    !parent.type.startsWith("Export");
}

const isNamed = (node: Node, name: string): boolean => node.type === "Identifier" && node.name === name;

const isCode = (node: Node): boolean => isNamed(node, "eval") || isNamed(node, "Function");

/** `Math.random` of `Math.random()`. */
function textOf({ object, property, computed }: Deno.lint.MemberExpression): string {
  if (computed || object.type !== "Identifier" || property.type !== "Identifier") return "";
  return `${object.name}.${property.name}`;
}
