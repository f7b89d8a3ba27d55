/** What a command of the command line is, and how its arguments are read. */
import { parseArgs, type ParseArgsConfig } from "node:util";

export interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  /** What stands for the value in the help: `FILE`. */
  readonly value?: string;
  readonly help: string;
}

export type Values = Readonly<Record<string, string | boolean | undefined>>;

export interface Invocation {
  readonly values: Values;
  readonly positionals: readonly string[];
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

export interface Command {
  readonly name: string;
  /** One line for the table of commands. */
  readonly summary: string;
  /** What comes after the name: `subnet/NAME`. */
  readonly usage?: string;
  /** What it does, and why one would want that. */
  readonly description: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Command line and what it is good for. */
  readonly examples: readonly (readonly [string, string])[];
  /** @returns the exit code. @throws UsageError */
  readonly run: (invocation: Invocation) => Promise<number>;
}

/** The command line cannot be used as it stands; the message says what to write instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** `-o json` instead of text, as everywhere around Kubernetes. */
export const OUTPUT: Option = {
  type: "string",
  short: "o",
  value: "json",
  help: "print JSON instead of text",
};

/** @throws UsageError for an option that the command does not have, or one without its value */
export function readArguments(command: Command, args: readonly string[]): Omit<Invocation, "signal"> {
  const help = { type: "boolean", short: "h" } as const;
  const options: ParseArgsConfig["options"] = { help };
  for (const [name, { type, short }] of Object.entries(command.options)) {
    options[name] = { type, ...(short ? { short } : {}) };
  }
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (values.output !== undefined && values.output !== "json") {
      throw new Error(`-o ${values.output} is not known; there is: json`);
    }
    return { values: values as Values, positionals };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** @throws UsageError where it is given without a value that makes sense */
export function text(values: Values, name: string): string | undefined {
  const value = values[name];
  if (value === "") throw new UsageError(`--${name} needs a value`);
  return typeof value === "string" ? value : undefined;
}
