/** What a leader must not do that is behind: of some kinds it has not seen what the one before it saw and did. */
import { AddressClaim } from "../../crds/address_claim.ts";
import { Node, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Kind } from "../../reconcile/kind.ts";
import type { Action } from "./action.ts";
import { created, deleted, pod, type Stage, story, testBed } from "./founding/story.ts";

interface Succession {
  /** What the second leader does not see of all that follows. */
  readonly unseen: readonly Kind[];
  readonly before: Iterable<Action>;
  /** Under the first leader. */
  readonly first: readonly Action[];
  /** Under the second one. */
  readonly then?: readonly Action[];
}

const leads = (at: number, leads: boolean): Action => ({ do: "lead", at, leads });

function behind(says: string, { unseen, before, first, then = [] }: Succession): void {
  story(says, function* (stage: Stage) {
    yield leads(1, false);
    yield* before;
    yield* stage.rest();
    yield* first;
    yield* stage.restUnseen(1, unseen);
    yield leads(0, false);
    yield leads(1, true);
    yield* then;
    yield* stage.restUnseen(1, unseen);
  }, { replicas: 2 });
}

const n1 = created(Node, { metadata: { name: "n1" } });

behind("a Subnet that is gone gives nothing out, whoever has not seen it go", {
  unseen: [Subnet],
  before: [...testBed()],
  first: [deleted(Subnet, "sn1")],
  then: [pod("app/p0", { "ovn.kubernetes.io/logical_switch": "sn1" })],
});

behind("a Subnet is not let go by a leader that has not seen what it gave out", {
  unseen: [Pod, IP, AddressClaim],
  before: [...testBed()],
  first: [pod("app/p0")],
  then: [deleted(Subnet, "sn1")],
});

behind("a claim is not handed back to a record that somebody deleted", {
  unseen: [IP],
  before: [...testBed(), pod("app/p0")],
  first: [deleted(IP, "p0.app")],
});

behind("a record is not given back to an owner that was replaced", {
  unseen: [Node],
  before: [n1],
  first: [deleted(Node, "n1"), n1],
});
