/** The command line: `deno run -A cli/main.ts COMMAND`, and a task in `deno.json` for each. */
import { ConfigError } from "../kube/config/field.ts";
import { type Command, readArguments, UsageError } from "./command.ts";
import crds from "./crds.ts";
import dev from "./dev.ts";
import explain from "./explain.ts";
import { helpOf, overview } from "./help.ts";
import { interrupted } from "../runtime/interrupted.ts";
import run from "./run.ts";

export const commands: readonly Command[] = [dev, run, explain, crds];

/** @returns the exit code: 0 done, 1 failed, 2 the command line cannot be understood */
export async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const [name, ...rest] = args;
  const command = commands.find((each) => each.name === name);
  if (!command) {
    const isAsked = name === undefined || name === "--help" || name === "-h" || name === "help";
    if (!isAsked) console.error(`There is no command "${name}".\n`);
    console.log(overview(commands));
    return isAsked ? 0 : 2;
  }
  try {
    const { values, positionals } = readArguments(command, rest);
    if (values.help) console.log(helpOf(command));
    return values.help ? 0 : await command.run({ values, positionals, signal });
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${helpOf(command)}`);
      return 2;
    }
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args, interrupted()));
