import { assertEquals, assertMatch } from "@std/assert";
import { OWNER_UID } from "../../../crds/annotations.ts";
import { Pod } from "../../../crds/foreign.ts";
import { IP } from "../../../crds/ip.ts";
import type { Kind } from "../../../reconcile/kind.ts";
import type { Write, Writer } from "../cluster.ts";
import { Facts } from "../facts.ts";
import { effort } from "./effort.ts";

const [{ afterWrite: judge }] = effort as [typeof effort[number]];

/** A pod of two addresses that was just created. */
function life() {
  const cluster = { get: () => undefined, all: () => [], logOf: () => [] };
  const facts = new Facts({ cluster, replicas: [], said: [] });
  const write = (kind: Kind, type: Write["type"], by: Writer): string | undefined => {
    const spec = { podName: "p", namespace: "red", v4IpAddress: "10.0.0.2", v6IpAddress: "fd00::2" };
    const annotations = { [OWNER_UID]: "the-pod" };
    const object = kind === IP
      ? { metadata: { name: "p.red", uid: "the-record", annotations }, spec }
      : { metadata: { name: "p", namespace: "red", uid: "the-pod" } };
    return judge!({ kind, type, by, object } as unknown as Write, facts);
  };
  write(Pod, "ADDED", "user");
  write(IP, "ADDED", 0);
  return write;
}

Deno.test("L16 speaks up at the first write that is too many, of whatever kind and by whichever replica", () => {
  const write = life();
  for (let n = 2; n <= 40; n++) assertEquals(write(n % 2 ? Pod : IP, "MODIFIED", n % 3 ? 0 : 1), undefined);
  assertMatch(write(Pod, "MODIFIED", 0) ?? "", /^41 writes for red\/p, which has 2 addresses/);
});

Deno.test("L16 counts what others write for nobody, and what a hand changed gives leave to put it right", () => {
  const write = life();
  for (let n = 2; n <= 40; n++) write(Pod, "MODIFIED", 0);
  for (let n = 0; n < 50; n++) assertEquals(write(Pod, "MODIFIED", "kubernetes"), undefined);
  write(IP, "MODIFIED", "user");
  for (let n = 0; n < 6; n++) assertEquals(write(IP, "MODIFIED", 1), undefined);
  assertMatch(write(IP, "MODIFIED", 1) ?? "", /changed 1 times by hand$/);
});
