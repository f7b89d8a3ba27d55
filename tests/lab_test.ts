/** A product that never comes to rest fails a test, and does not hold it up for ever. */
import { assertMatch, assertThrows } from "@std/assert";
import { namespaceKey } from "../crds/annotations.ts";
import { Namespace } from "../crds/foreign.ts";
import { Vpc } from "../crds/vpc.ts";
import { desired, want } from "../reconcile/plan.ts";
import { controller, on } from "../reconcile/table.ts";
import type { Controller } from "../sandbox/environment/environment.ts";
import { cluster } from "./behaviour/cluster.ts";
import { toy } from "./reconcile/toy.ts";

Deno.test("lab: a handler that always wants something else is named, and what was written at last", () => {
  let times = 0;
  const another = ({ metadata: { name } }: Vpc) =>
    desired({ apply: [want(Vpc, { metadata: { name, labels: { times: String(times++) } } })] });
  const lab = toy({ tables: [controller("vpc", [on(Vpc, another)])] });
  lab.create(Vpc, { metadata: { name: "v" } });
  const says = "Vpc v was to be written 500 times, and there is no end to it; at last: apply Vpc/v";
  assertThrows(() => lab.settle(), Error, says);
});

Deno.test("lab: so is a quarrel with a controller that undoes what the operator writes", () => {
  const annotations = { [namespaceKey("logical_switch")]: null };
  const undoing: Controller = {
    *wake({ kind, object }) {
      if (kind.kind === Namespace.kind && object.metadata.annotations) yield object.metadata.name;
    },
    work: (server, key) =>
      void server.execute({
        verb: "merge",
        resource: Namespace,
        key,
        body: { metadata: { annotations } },
        manager: "others",
      }),
  };
  const says = "others answered the operator 500 times, and there is no end to it; at last: ";
  const { message } = assertThrows(() => cluster({ controllers: [undoing] }), Error, says);
  assertMatch(message, /Namespace\/default/);
});
