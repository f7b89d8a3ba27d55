/**
 * Which networks a pod attaches: the annotations of the Network Plumbing Working Group, as Multus reads them.
 *
 * Any text whatsoever is read or refused, in time proportional to its length.
 *
 * @see https://github.com/k8snetworkplumbingwg/multi-net-spec, "Kubernetes Network Custom Resource Definition De-facto Standard", §4
 */
import { quote } from "../ipam/quote.ts";
import { DEFAULT_NETWORK, NETWORKS } from "./annotations.ts";
import type { Pod } from "./foreign.ts";
import { isObjectName } from "./object_name.ts";
import { MOST_INTERFACES } from "./published.ts";

/** One network as a pod names it. */
export interface Selection {
  /** Key of its NetworkAttachmentDefinition. */
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  /** Name of the interface in the pod, where the pod gives one. */
  readonly interface: string | undefined;
  /** Addresses that it asks for, as they are written; with a comma between, as in `ip_address`. */
  readonly ips: string | undefined;
  readonly mac: string | undefined;
}

export interface Selections {
  /** What takes the place of the cluster's default network. */
  readonly standard: Selection | undefined;
  readonly attached: readonly Selection[];
}

export type Selected =
  | ({ readonly ok: true } & Selections)
  | { readonly ok: false; readonly key: string; readonly message: string };

const LONGEST = 65_536;

/** The one in place of the default network, if there is one, and the others. */
export const allOf = ({ standard, attached }: Selections): readonly Selection[] =>
  standard ? [standard, ...attached] : attached;

/** What is wrong with the text; a string, so that nothing else can be taken for it. */
type Problem = string;

/** What both annotations of a pod say. */
export function selectionsOf({ metadata: { annotations, namespace = "" } }: Pod): Selected {
  const [attached, standard] = [NETWORKS, DEFAULT_NETWORK].map((key) => read(annotations?.[key], namespace));
  if (typeof attached === "string") return { ok: false, key: NETWORKS, message: attached };
  if (typeof standard === "string") return { ok: false, key: DEFAULT_NETWORK, message: standard };
  if (standard!.length > 1) {
    return { ok: false, key: DEFAULT_NETWORK, message: `names ${standard!.length} networks; name one` };
  }
  return { ok: true, standard: standard![0], attached: attached! };
}

function read(text: string | undefined, namespace: string): readonly Selection[] | Problem {
  if (text === undefined || text.trim() === "") return [];
  if (text.length > LONGEST) return `has ${text.length} characters, more than ${LONGEST}`;
  const isJson = ["[", "{", '"'].some((mark) => text.includes(mark));
  const elements = isJson ? listed(text) : text.split(",").map(short);
  if (typeof elements === "string") return elements;
  if (elements.length >= MOST_INTERFACES) {
    return `names ${elements.length} networks; a pod has at most ${MOST_INTERFACES} interfaces`;
  }
  const selections = elements.map((element) => selection(element, namespace));
  return selections.find((each) => typeof each === "string") ?? selections as Selection[];
}

function listed(text: string): readonly unknown[] | Problem {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : "is JSON, but no list of networks";
  } catch {
    return "is neither a list of names nor JSON";
  }
}

/** `namespace/name@interface`, of which the name is needed. */
function short(text: string): unknown {
  const [network = "", device, ...devices] = text.split("@"),
    [name, namespace, ...rest] = network.split("/").reverse();
  return devices.length + rest.length === 0 ? { name, namespace, interface: device } : text;
}

function selection(element: unknown, own: string): Selection | Problem {
  if (typeof element === "string") return `${quote(element)} is not of the form namespace/name@interface`;
  const fields = new Map(Object.entries(element ?? {}));
  const wrong = ["name", "namespace", "interface", "mac"].find((f) =>
    typeof (fields.get(f) ?? "") !== "string"
  );
  if (wrong) return `${wrong} of a network is no text`;
  const text = (field: string) => (fields.get(field) as string | undefined)?.trim() || undefined;
  const name = text("name") ?? "", namespace = text("namespace") ?? own, device = text("interface");
  if (!isObjectName(name)) return `${quote(name)} is not the name of a NetworkAttachmentDefinition`;
  if (!isObjectName(namespace)) return `${quote(namespace)} is not the name of a namespace`;
  if (device !== undefined && !DEVICE.test(device)) return `${quote(device)} is not the name of an interface`;
  const ips: unknown = fields.get("ips") ?? [];
  if (!Array.isArray(ips) || ips.some((ip) => typeof ip !== "string")) {
    return `ips of ${name} is no list of texts`;
  }
  return {
    key: `${namespace}/${name}`,
    name,
    namespace,
    interface: device,
    ips: ips.join(",") || undefined,
    mac: text("mac"),
  };
}

/** What Linux takes, of what may stand in an annotation's key. */
const DEVICE = /^[A-Za-z0-9._-]{1,15}$/;
