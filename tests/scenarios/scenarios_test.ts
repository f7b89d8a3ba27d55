/** The scenarios as tests of their names: all begin with the first, and each test waits for its own. */
import { all } from "./all.ts";
import { ownGround } from "./cluster.ts";
import { playAll, type Result } from "./play.ts";

let played: ReadonlyMap<string, Promise<Result>> | undefined;
const ground = Promise.withResolvers<Awaited<ReturnType<typeof ownGround>>>();

function begin(): ReadonlyMap<string, Promise<Result>> {
  ownGround().then(ground.resolve, ground.reject);
  const results = playAll(all, ground.promise);
  return new Map(all.map(({ id }, i) => [id, results[i]!]));
}

for (const { id, sentence, notYet } of all) {
  Deno.test({
    name: `${id}: ${sentence}`,
    ignore: notYet !== undefined,
    // Watches, nodes and the other scenarios go on from test to test.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const { verdict, why } = await (played ??= begin()).get(id)!;
      if (verdict !== "passed") {
        throw new Error(`${verdict}: ${why}\n${await (await ground.promise).complaints()}`);
      }
    },
  });
}
