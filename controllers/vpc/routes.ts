/** What can be wrong with the routes of a Vpc. They are the data plane's: it is said, and keeps nobody from an address. */
import type { Vpc } from "../../crds/vpc.ts";
import { parseAddress, whyNotAddress } from "../../ipam/address.ts";
import { parseCidr, whyNotCidr } from "../../ipam/cidr.ts";
import type { Problem } from "../../ipam/problem.ts";
import { quote } from "../../ipam/quote.ts";

const POLICIES: ReadonlySet<string> = new Set(["", "policySrc", "policyDst"]);
const REROUTE = "reroute";
const ACTIONS: ReadonlySet<string> = new Set(["allow", "drop", REROUTE]);

/** Empty where all of them could be programmed. */
export function routeProblems({ spec: { staticRoutes = [], policyRoutes = [] } }: Vpc): readonly Problem[] {
  return [
    ...staticRoutes.flatMap(({ policy = "", cidr = "", nextHopIP = "" }, i) => {
      const at = `spec.staticRoutes[${i}]`;
      return [
        ...(POLICIES.has(policy) ? [] : [unknown(`${at}.policy`, policy, "policySrc or policyDst")]),
        ...destination(`${at}.cidr`, cidr),
        ...hop(`${at}.nextHopIP`, nextHopIP),
      ];
    }),
    ...policyRoutes.flatMap(({ action = "", nextHopIP = "" }, i) => {
      const at = `spec.policyRoutes[${i}]`;
      if (!ACTIONS.has(action)) return [unknown(`${at}.action`, action, "allow, drop or reroute")];
      const hops = action === REROUTE ? nextHopIP.split(",") : [];
      return hops.flatMap((text) => hop(`${at}.nextHopIP`, text));
    }),
  ];
}

function destination(field: string, text: string): readonly Problem[] {
  if (parseCidr(text) !== undefined || parseAddress(text) !== undefined) return [];
  const message = text.includes("/") ? whyNotCidr(text) : whyNotAddress(text);
  return [{ field, message, remedy: "write an address, or a block such as 10.16.0.0/16" }];
}

function hop(field: string, text: string): readonly Problem[] {
  return parseAddress(text) === undefined
    ? [{ field, message: whyNotAddress(text), remedy: "write an address" }]
    : [];
}

const unknown = (field: string, text: string, known: string): Problem => ({
  field,
  message: `${quote(text)} is not known`,
  remedy: `write ${known}`,
});
