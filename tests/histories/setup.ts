/** What a set-up of a history is, and the words in which they are written. */
import { Namespace, Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Kind } from "../../reconcile/kind.ts";
import type { Random } from "../conformance/random.ts";
import type { Action, UserRequest } from "./action.ts";
import type { Composition } from "./replica.ts";
import type { Emphasis } from "./scheduler.ts";
import { create, remove } from "./users/user.ts";
import type { World } from "./world.ts";

export interface Setup {
  readonly name: string;
  readonly begin: (world: World, random: Random) => Iterable<Action>;
  readonly emphasis: (random: Random) => Emphasis;
  /** The operator there, where it is not the usual one. */
  readonly operator?: Composition;
}

export const COMINGS_AND_GOINGS = ["create pod", "delete pod", "force-delete pod"];
export const user = (name: string, request: UserRequest): Action => ({ do: "user", name, request });

export function* namespaces(names: readonly string[]): Iterable<Action> {
  for (const name of names) {
    yield user("create namespace", create(Namespace, { metadata: { name } }));
  }
}

export function* pool(
  spec: { cidrBlock: string; excludeIps?: readonly string[]; vpc?: string },
): Iterable<Action> {
  yield user(
    "create subnet",
    create(Subnet, { metadata: { name: "sn1" }, spec: { ...spec, namespaces: ["red"] } }),
  );
}

export function pod(name: string, wishes: Readonly<Record<string, string>> = {}): Action {
  const annotations = Object.fromEntries(
    Object.entries(wishes).map(([key, value]) => [`ovn.kubernetes.io/${key}`, value]),
  );
  const spec = { containers: [{ name: "c", image: "i" }] };
  return user("create pod", create(Pod, { metadata: { name, namespace: "red", annotations }, spec }));
}

export const gone = (name: string): Action =>
  user("force-delete pod", remove(Pod, `red/${name}`, { gracePeriodSeconds: 0 }));

/** Everybody sees how these kinds are now, and nothing else. */
export function* seen({ replicas }: World, kinds: readonly Kind[]): Iterable<Action> {
  for (const { index: at } of replicas) {
    for (const { kind } of kinds) yield { do: "deliver", at, kind, times: 50 };
  }
}
