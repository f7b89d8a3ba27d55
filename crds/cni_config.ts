/** What is left of a NetworkAttachmentDefinition in memory: which provider its CNI configuration makes it. */
import { quote } from "../ipam/quote.ts";
import type { Obj } from "../reconcile/kind.ts";
import { isProvider, OVN } from "./annotations.ts";
import { bare } from "./trim.ts";

export interface NetworkConfig {
  /**
   * `<name>.<namespace>.ovn`, or without `.ovn` where another plugin makes the interface and we its addresses, or as its config
   * says; absent where addresses come from elsewhere.
   */
  readonly provider?: string;
  /** Why its config cannot be read. */
  readonly problem?: string;
}

const KUBE_OVN = "kube-ovn";

export function trimNetwork(object: Obj): Obj & { readonly spec: NetworkConfig } {
  const { config } = (object.spec ?? {}) as { config?: unknown };
  return { ...bare(object), spec: readFrom(typeof config === "string" ? config : "", object) };
}

/** The first plugin of Kube-OVN in a configuration or a list of them: it makes the interface, or only its addresses. */
function readFrom(
  config: string,
  { metadata: { name, namespace } }: Obj,
): NetworkConfig {
  if (config.trim() === "") return {};
  let read: unknown;
  try {
    read = JSON.parse(config);
  } catch {
    return { problem: "spec.config is not JSON" };
  }
  const { plugins } = fieldsOf(read);
  for (const plugin of [read, ...(Array.isArray(plugins) ? plugins : [])].map(fieldsOf)) {
    const ipam = fieldsOf(plugin.ipam), own = `${name}.${namespace}`;
    if (plugin.type === KUBE_OVN) return named(plugin.provider, `${own}.${OVN}`);
    if (ipam.type === KUBE_OVN) return named(ipam.provider, own);
  }
  return {};
}

function named(written: unknown, byName: string): NetworkConfig {
  const provider = written === undefined || written === "" ? byName : written;
  if (typeof provider !== "string") return { problem: "spec.config: provider is no text" };
  return isProvider(provider)
    ? { provider }
    : { problem: `spec.config: provider ${quote(provider)} cannot stand before .kubernetes.io/` };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}
