import { assert, assertEquals } from "@std/assert";
import { type Failure, repeat } from "./failure.ts";
import { draw, replay } from "./history.ts";
import { Tally } from "./tally.ts";

const HISTORIES = 200;

Deno.test(`no invariant is broken in ${HISTORIES} histories, and every fault takes effect`, () => {
  const tally = new Tally();
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const { violation, tally: counted } = draw(seed);
    assertEquals(violation?.message, undefined, `seed ${seed}`);
    tally.add(counted.counts);
  }
  assertEquals(tally.missing, []);
});

for (const { name } of Deno.readDirSync(new URL("regressions/", import.meta.url))) {
  Deno.test(`regression ${name}`, async () => {
    const text = await Deno.readTextFile(new URL(`regressions/${name}`, import.meta.url));
    assertEquals(repeat(JSON.parse(text) as Failure).violation?.message, undefined);
  });
}

Deno.test("a seed draws the same history twice, and its list of actions repeats it", () => {
  const lines: string[][] = [[], [], []];
  const first = draw(7, { trace: (line) => lines[0]!.push(line) });
  draw(7, { trace: (line) => lines[1]!.push(line) });
  replay(first.setting, first.actions, { trace: (line) => lines[2]!.push(line) });
  assert(lines[0]!.length > 100);
  assertEquals(lines[1], lines[0]);
  assertEquals(lines[2], lines[0]);
});
