import { assertEquals } from "@std/assert";
import { patches, plant } from "../../tools/mutants/patch.ts";
import { setupNamed } from "../histories/setups.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("every mutant can be planted in the product as it is; make a stale patch anew (tests/mutants/README.md)", async () => {
  const stale = await Promise.all(
    patches().map(async (patch) => {
      const obstacle = await plant(patch, ROOT, { options: ["--check"] });
      return obstacle && `${patch.name} ${patch.says}: ${obstacle}`;
    }),
  );
  assertEquals(stale.filter((each) => each !== ""), []);
});

Deno.test("a mutant says what is wrong, and names no set-up and no tests that do not exist", () => {
  for (const { name, says, begin, caughtBy } of patches()) {
    assertEquals([name, says.length > 10], [name, true]);
    if (begin) setupNamed(begin);
    if (caughtBy) assertEquals([name, Deno.statSync(new URL(caughtBy, ROOT)).isFile], [name, true]);
  }
});

Deno.test("the table of tests/mutants/README.md has every mutant, what it says, and where it is found", () => {
  const text = Deno.readTextFileSync(new URL("tests/mutants/README.md", ROOT));
  const rows = text.split("\n").filter((line) => /^\| [A-Z]\d/.test(line)).map((line) =>
    line.slice(1, -1).split(" | ").map((cell) => cell.trim())
  );
  const told = rows.map((
    [name, says, found = ""],
  ) => [name, says, found.replace(/^.*(?<=in \d+ histor(y|ies))/, "")]);
  const wanted = patches().map(({ name, says, begin, caughtBy }) => {
    const file = caughtBy?.replace(/^tests\/(histories\/(?=regressions))?/, "");
    return [name, says, file ? `\`${file}\`` : begin ? ` of ${begin}` : ""];
  });
  assertEquals(told, wanted);
});
