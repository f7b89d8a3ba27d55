/** One attempt to get more than one's due, as data. */
import type { Call, Identity } from "../control_plane/actor.ts";

/** Namespaces, each with an administrator of its own and a Subnet bound to it. */
export const ALICE = "alice";
export const BOB = "bob";
/** May do anything in namespace alice, and nothing elsewhere. */
export const alice: Identity = { user: "alice" };
export const admin: Identity = { user: "admin", groups: ["system:masters"] };
export const kubelet: Identity = { user: "system:node:node-1", groups: ["system:masters"] };
/** Has its token, and nothing else. */
export const thief: Identity = { user: "system:serviceaccount:kube-system:cadastre" };

/** What must be seen after an attempt that was not refused. */
export type Outcome =
  /** An Event says why the pod has no address, and no record is in its name. */
  | { readonly is: "waiting"; readonly pod: string; readonly says: string }
  /** The pod has an address that begins so. */
  | { readonly is: "told"; readonly pod: string; readonly address: string }
  /** The pod shows the address of its own record, whatever it showed in between. */
  | { readonly is: "truthful"; readonly pod: string }
  /** The object under this path has this text in it, eventually. */
  | { readonly is: "shown"; readonly path: string; readonly text: string }
  /** … and not in it. */
  | { readonly is: "hidden"; readonly path: string; readonly text: string }
  /** Nothing is there under this path, eventually. */
  | { readonly is: "gone"; readonly path: string };

/** Whether the policies are in force, nobody restrains anybody, or the operator alone isolates namespaces. */
export type Mode = "policies" | "open" | "isolated";

export interface Case {
  /** Completes "… tries to". */
  readonly to: string;
  /** @default alice */
  readonly as?: Identity;
  /** Made before by an administrator, and not judged. */
  readonly before?: readonly Call[];
  readonly call: Call;
  /** Answers with the policies in force, and without. */
  readonly code: readonly [on: number, off: number];
  /** Where it was let in. */
  readonly then?: Outcome;
  /** … and the operator isolates namespaces; the same unless said. */
  readonly isolated?: Outcome;
  /** Which invariants are at stake, beside those that always are (S1, S2, L2, L4). */
  readonly guards?: string;
}

/** Cases that would be in each other's way are made one after the other. */
export type Attempt = Case | readonly Case[];

type Annotations = Readonly<Record<string, string>>;
export const key = (suffix: string): string => `ovn.kubernetes.io/${suffix}`;
export const podsOf = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods`;
export const podAt = (name: string, namespace = ALICE): string => `${podsOf(namespace)}/${name}`;
export const KUBEOVN = "/apis/kubeovn.io/v1";
export const CLAIMS = "/apis/ipam.cadastre.internal/v1/addressclaims";

/** POST of a pod with these annotations. */
export function podOf(name: string, annotations: Annotations = {}, namespace = ALICE): Call {
  const metadata = { name, annotations }, spec = { containers: [{ name: "c", image: "none" }] };
  return { method: "POST", path: podsOf(namespace), body: { metadata, spec } };
}

/** PATCH of a pod's annotations, at the pod or at a subresource of it. */
export function annotate(
  name: string,
  annotations: Readonly<Record<string, string | null>>,
  subresource = "",
): Call {
  return { method: "MERGE", path: podAt(name) + subresource, body: { metadata: { annotations } } };
}

export function subnetOf(name: string, spec: object): Call {
  return {
    method: "POST",
    path: `${KUBEOVN}/subnets`,
    body: { apiVersion: "kubeovn.io/v1", kind: "Subnet", metadata: { name }, spec },
  };
}

export const waiting = (pod: string, says: string): Outcome => ({ is: "waiting", pod, says });
export const told = (pod: string, address: string): Outcome => ({ is: "told", pod, address });
export const truthful = (pod: string): Outcome => ({ is: "truthful", pod });
export const shown = (path: string, text: string): Outcome => ({ is: "shown", path, text });
export const gone = (path: string): Outcome => ({ is: "gone", path });
export const hidden = (path: string, text: string): Outcome => ({ is: "hidden", path, text });
