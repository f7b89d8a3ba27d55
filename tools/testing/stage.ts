/** One command among those that must succeed before a change is good. */
import { type Tally, tally } from "./tally.ts";

export interface Stage {
  readonly name: string;
  /** What the running `deno` is told: these, `paths`, `args`. */
  readonly deno: readonly string[];
  /** Folders and files it works on; those which do not exist are left out, and the stage with them when none is left. */
  readonly paths?: readonly string[];
  readonly args?: readonly string[];
  /** The stage that must succeed first. */
  readonly after?: string;
  /** How many it counts for when stages run side by side. @default 1 */
  readonly places?: number;
  /** Lines of its output worth showing when it succeeds. */
  readonly show?: RegExp;
}

export interface Result extends Tally {
  readonly output: string;
  readonly seconds: number;
}

/** What of `stage` there is in this tree; `undefined` when nothing. */
export async function present(stage: Stage): Promise<Stage | undefined> {
  if (!stage.paths) return stage;
  const found = await Promise.all(
    stage.paths.map((path) => Deno.stat(path).then(() => true, () => false)),
  );
  const paths = stage.paths.filter((_, index) => found[index]);
  return paths.length > 0 ? { ...stage, paths } : undefined;
}

/** Runs it to its end. Its output is kept, not shown. */
export async function runStage(stage: Stage): Promise<Result> {
  const started = performance.now();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...stage.deno, ...stage.paths ?? [], ...stage.args ?? []],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  return { ...tally(output, code), output, seconds: (performance.now() - started) / 1000 };
}
