/** Help that teaches: what a command is for, what may be written, and lines to copy. */
import { type Command, type Option } from "./command.ts";

/** How the commands are called where no better name is known. */
export const PROGRAM = "deno task";

export function helpOf({ name, usage = "", description, options, examples }: Command): string {
  const lines = Object.entries({
    ...options,
    help: { type: "boolean", short: "h", help: "this text" } as Option,
  });
  return [
    `Usage: ${PROGRAM} ${name} ${usage ? `${usage} ` : ""}[options]`,
    "",
    description.trim(),
    "",
    "Options",
    ...columns(lines.map(([long, option]) => [flag(long, option), option.help])),
    ...(examples.length > 0 ? ["", "Examples", ...columns(examples.map(([line, why]) => [line, why]))] : []),
  ].join("\n");
}

export function overview(commands: readonly Command[]): string {
  return [
    `Usage: ${PROGRAM} COMMAND [options]`,
    "",
    "Cadastre keeps the register of a cluster's addresses.",
    "",
    "Commands",
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    "",
    `${PROGRAM} COMMAND --help says more.`,
  ].join("\n");
}

function flag(long: string, { short, value }: Option): string {
  return `${short ? `-${short}, ` : "    "}--${long}${value ? ` ${value}` : ""}`;
}

/** Two columns, the second of which starts at the same place in every line. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
