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
