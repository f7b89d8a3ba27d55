/** What gateways were told of rules, as a person would read it. */
import type { ConfigMap } from "../../crds/gateway_parts.ts";

/** `IptablesFIPRule r0 2 with e0`: a comment for each rule in what a gateway was told. */
export function marksIn({ data = {} }: ConfigMap): readonly string[] {
  const lines = Object.values(data).join("\n").matchAll(/# (\w+ \S+ \d+ with \S+)/g);
  return [...new Set([...lines].map(([, mark]) => mark!))].sort();
}
