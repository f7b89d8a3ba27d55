/** S19: an object that is wrong changes nothing for others. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { AddressClaim } from "../../../crds/address_claim.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { isWrite, keyIn, named } from "../request.ts";
import { user } from "../setup.ts";
import { create } from "../users/user.ts";
import { endOf } from "./end.ts";
import { POISON, poisons } from "./poisons.ts";
import { draw, perform, QUIET, type Script, stage } from "./script.ts";

const SCRIPTS = 3;
const LENGTH = 12;
const FAULTY = { seed: 5, replicas: 2, faults: true };

/** What everybody else has come to, and what was written to others for the poison's sake. */
function poisoned(script: Script, schedule = QUIET) {
  const world = stage(schedule), strays: string[] = [];
  world.onSend = (subject, request) => {
    const claim = world.cluster.get(AddressClaim, keyIn(request) ?? "") ??
      ("body" in request && request.body);
    const isIts = `${keyIn(request)} ${claim && claim.spec?.holder?.name}`.includes(POISON);
    if (subject.includes(POISON) && isWrite(request) && !isIts) strays.push(`${subject}: ${named(request)}`);
  };
  const end = endOf(perform(script, schedule, world), script);
  const others = Object.entries(end).filter(([name]) => !name.includes(POISON));
  const told = others.map(([name, text]) => [name, beside(text)]);
  const wasThere = world.cluster.kinds.some((kind) =>
    world.cluster.logOf(kind).some(({ object }) => object.metadata.name === POISON)
  );
  return { others: Object.fromEntries(told), strays, wasThere };
}

/** That it is there may be said: a Vpc lists its Subnets. */
const beside = (text: string): string =>
  text.split("\n").filter((line) => !line.includes(POISON)).join("\n").replaceAll(/,$/gm, "");

const healthy = Array.from({ length: SCRIPTS }, (_, i) => draw(i + 1, LENGTH)).map((script) => ({
  script,
  end: poisoned(script).others,
}));

for (const [what, poison] of Object.entries(poisons)) {
  Deno.test(`${what} changes nothing for others (S19)`, () => {
    for (const [i, { script, end }] of healthy.entries()) {
      // After the namespaces.
      const bad = [...script.slice(0, 2), poison, ...script.slice(2)];
      for (const schedule of [QUIET, FAULTY]) {
        const { others, strays, wasThere } = poisoned(bad, schedule);
        const where = `script ${i + 1}, schedule ${schedule.seed}`;
        assert(wasThere, where);
        assertEquals(strays, [], where);
        assertEquals(others, end, where);
      }
    }
  });
}

Deno.test("an object that is right does change something for others: the comparison sees it", () => {
  const [{ script, end }] = healthy as [typeof healthy[number]];
  const spec = { cidrBlock: "10.9.0.0/26", namespaces: ["red", "green"] };
  const subnet = user("create subnet", create(Subnet, { metadata: { name: POISON }, spec }));
  const { others } = poisoned([...script.slice(0, 2), subnet, ...script.slice(2)]);
  assertNotEquals(others, end);
});
