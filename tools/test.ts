/**
 * `deno task test`: everything that must pass, from formatting to a real control plane, two stages at a time.
 *
 * Ends with the tests that failed and `N passed, N failed`, the sum over all test runs; a check or a runner that breaks counts
 * as failed.
 */
import { schedule } from "./testing/schedule.ts";
import { present, type Result, runStage, type Stage } from "./testing/stage.ts";
import { failedTests, why } from "./testing/why.ts";

/** How many stages run side by side. */
const WIDTH = 2;
const TEST = ["test", "-A", "--no-check", "--permit-no-files"];

/** Tests which are stages of their own: they need a real API server, or take minutes. */
const APART = [
  "tests/abuse/abuse_test.ts",
  "tests/admission",
  "tests/sandbox/kubectl_test.ts",
  "tests/conformance",
  "tests/control_plane",
  "tests/e2e",
  "tests/histories",
  "tests/mutants",
  "tests/scenarios/scenarios_test.ts",
];

/** In the order in which they are started: what others wait for first, then what fails quickly, then what takes long. */
const STAGES: readonly Stage[] = [
  {
    name: "control-plane binaries",
    deno: ["run", "-A", "tools/control_plane/main.ts", "--build-only"],
    show: /: done in /,
  },
  { name: "format", deno: ["fmt", "--check", "--quiet"] },
  { name: "lint", deno: ["lint", "--quiet"] },
  { name: "types", deno: ["check", "--quiet", "."] },
  { name: "generated CRDs", deno: ["run", "-A"], paths: ["tools/gen_crds.ts"], args: ["--check"] },
  { name: "generated RBAC", deno: ["run", "-A"], paths: ["tools/gen_rbac.ts"], args: ["--check"] },
  { name: "unit tests", deno: [...TEST, `--ignore=${APART.join(",")}`], paths: ["tests"] },
  { name: "example", deno: ["run", "-A"], paths: ["cli/main.ts"], args: ["dev", "--once"] },
  {
    name: "control plane",
    deno: TEST,
    paths: ["tests/control_plane", "tests/sandbox/kubectl_test.ts", "tests/admission"],
    after: "control-plane binaries",
  },
  {
    name: "end to end",
    deno: TEST,
    paths: ["tests/e2e"],
    after: "control-plane binaries",
  },
  {
    name: "abuse",
    deno: TEST,
    paths: ["tests/abuse/abuse_test.ts"],
    after: "control-plane binaries",
  },
  {
    name: "scenarios",
    deno: TEST,
    paths: ["tests/scenarios/scenarios_test.ts"],
    after: "control-plane binaries",
  },
  {
    name: "conformance",
    deno: TEST,
    paths: ["tests/conformance"],
    after: "control-plane binaries",
    show: /^\d+ operations/,
  },
  { name: "kept histories", deno: TEST, paths: ["tests/histories"] },
  // These use every core by themselves.
  {
    name: "mutants",
    deno: ["run", "-A"],
    paths: ["tools/mutants/main.ts"],
    args: ["--minutes", "4", "--count", "1500"],
    places: WIDTH,
    show: /^caught|mutants are|not tried/,
  },
  {
    name: "histories",
    deno: ["run", "-A"],
    paths: ["tools/histories.ts"],
    args: ["--count", "20000", "--seed", "1"],
    places: WIDTH,
    show: /histories|took effect| {2,}\d+$/,
  },
];

const HELP = `Usage: deno task test

Runs everything that must pass, two stages at a time, and ends with what failed and "N passed, N failed":
${STAGES.map(({ name }) => `  ${name}`).join("\n")}

"deno task ok" is the part of it to run before every commit.`;

if (Deno.args.length > 0) {
  console.log(HELP);
  Deno.exit(Deno.args[0] === "--help" ? 0 : 2);
}

const running = new Map<string, number>();
const broken: string[] = [];

const stages = (await Promise.all(STAGES.map(present))).filter((stage) => stage !== undefined);
const heartbeat = setInterval(() => {
  const now = performance.now();
  const names = [...running].map(([name, since]) => `${name} ${((now - since) / 1000).toFixed(0)} s`);
  console.log(`        running: ${names.join(", ")}`);
}, 30_000);
const { passed, failed } = await schedule(stages, {
  width: WIDTH,
  run: runStage,
  started: ({ name }) => running.set(name, performance.now()),
  ended(stage, result) {
    running.delete(stage.name);
    report(stage, result);
  },
});
clearInterval(heartbeat);
console.log(["", ...broken, `${passed} passed, ${failed} failed`].join("\n"));
Deno.exit(failed > 0 ? 1 : 0);

function report({ name, show }: Stage, { passed, failed, seconds, output }: Result): void {
  const verdict = failed > 0 ? "FAILED" : "ok";
  const counts = passed > 0 || failed > 0 ? `  ${passed} passed, ${failed} failed` : "";
  console.log(`${verdict.padEnd(7)} ${name.padEnd(24)} ${seconds.toFixed(0).padStart(4)} s${counts}`);
  if (failed > 0) {
    console.log(indent(why(output)));
    const tests = failedTests(output);
    broken.push(...(tests.length > 0 ? tests : ["see above"]).map((test) => `FAILED  ${name}: ${test}`));
  } else if (show) {
    for (const line of output.split("\n").filter((line) => show.test(line))) console.log(indent(line));
  }
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "        | ");
}
