import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { commands, main } from "../../cli/main.ts";
import { readArguments, UsageError } from "../../cli/command.ts";
import { helpOf, overview } from "../../cli/help.ts";

Deno.test("every command teaches: what it is for, each option, and lines to copy", () => {
  for (const command of commands) {
    const help = helpOf(command);
    assertStringIncludes(help, `Usage: deno task ${command.name}`);
    for (const name of Object.keys(command.options)) assertStringIncludes(help, `--${name}`);
    assert(command.examples.length > 0, `${command.name} has an example`);
    for (const line of help.split("\n")) assert(line.length <= 140, `too long: ${line}`);
  }
});

Deno.test("every command has a task of its name, and is in the overview", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  for (const { name, summary } of commands) {
    assertEquals(tasks[name].command, `deno run -A cli/main.ts ${name}`);
    assertStringIncludes(overview(commands), summary);
  }
});

Deno.test("an option that does not exist is named", () => {
  for (const command of commands) {
    assertThrows(() => readArguments(command, ["--no-such-thing"]), UsageError, "--no-such-thing");
  }
});

Deno.test("an output that does not exist is refused, with those there are", () => {
  const [dev] = commands;
  assertThrows(() => readArguments(dev!, ["-o", "yaml"]), UsageError, "there is: json");
});

Deno.test("a command line that cannot be understood ends with 2, one that asks for help with 0", async () => {
  const { signal } = new AbortController();
  assertEquals(await quietly(() => main(["no-such-command"], signal)), 2);
  assertEquals(await quietly(() => main(["explain"], signal)), 2);
  assertEquals(await quietly(() => main(["dev", "--once", "--context", "x"], signal)), 2);
  assertEquals(await quietly(() => main(["dev", "--help"], signal)), 0);
  assertEquals(await quietly(() => main([], signal)), 0);
});

async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { log, error } = console;
  console.log = console.error = () => {};
  try {
    return await work();
  } finally {
    Object.assign(console, { log, error });
  }
}
