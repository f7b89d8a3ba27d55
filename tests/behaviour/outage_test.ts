/** An API server that refuses, stumbles, or answers nobody: a while later everything is as if it had not. */
import { assert, assertEquals } from "@std/assert";
import { Namespace, Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Answer, Request } from "../../kube/api.ts";
import { type Cluster, cluster } from "./cluster.ts";

const HOUR = 3_600_000;
const answer = (outcome: Answer["outcome"], status: number, reason = ""): Answer => ({
  outcome,
  status,
  reason,
  message: `${reason} for a test`,
});

/** What happens to a request, and whether it was served all the same. */
const faults: Readonly<Record<string, { readonly answer: Answer; readonly served?: true }>> = {
  "is not there": { answer: answer("transient", 503, "ServiceUnavailable") },
  "asks for patience": { answer: { ...answer("throttled", 429, "TooManyRequests"), retryAfterMs: 2_000 } },
  "forbids it": { answer: answer("denied", 403, "Forbidden") },
  "hears nothing": { answer: answer("unknown", 0) },
  "does it, and its answer is lost": { answer: answer("unknown", 0), served: true },
};

const requests = [
  "apply Subnet",
  "merge Subnet",
  "list Subnet",
  "apply Namespace",
  "create IP",
  "create AddressClaim",
  "get Subnet",
  "get IP",
  "apply Pod",
  "get Pod",
  "delete IP",
  "delete AddressClaim",
  "list AddressClaim",
  "patch Subnet",
];

/** Strikes the first three requests of that kind. @returns how many there were. */
function strike(lab: Cluster, which: string, fault: (request: Request) => Answer): () => number {
  let struck = 0;
  lab.intercept = (request) => {
    if (`${request.verb} ${request.resource.kind}` !== which || struck === 3) return undefined;
    struck++;
    return fault(request);
  };
  return () => struck;
}

for (const [what, { answer, served }] of Object.entries(faults)) {
  for (const which of requests) {
    Deno.test(`outage: where "${which}" finds an API server that ${what}, a life of pod and Subnet ends well`, () => {
      const lab = cluster();
      const struck = strike(lab, which, (request) => {
        if (served) lab.server.execute(request);
        return answer;
      });
      lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["default"] });
      lab.settle({ ms: HOUR });
      lab.pod("default/p");
      lab.settle({ ms: HOUR });
      const address = lab.addressOf("default/p") ?? "none";
      assertEquals([lab.ready("sn"), lab.bindingOf("default")], ["True ResetLogicalSwitchAclSuccess", "sn"]);
      assertEquals([lab.claims("sn"), lab.told(Pod, "default/p").routed], [
        { [address]: "p.default" },
        "true",
      ]);
      lab.kill("default/p");
      lab.delete(Subnet, "sn");
      lab.settle({ ms: HOUR });
      assertEquals([lab.records(), lab.claims("sn"), lab.get(Subnet, "sn")], [[], {}, undefined]);
      assert(struck() > 0);
      lab.atRest();
    });
  }
}

Deno.test("outage: what is forbidden for good is said, and everything else goes on", () => {
  const lab = cluster();
  lab.intercept = ({ verb, resource }) =>
    verb === "apply" && resource.kind === "Namespace" ? answer("denied", 403, "Forbidden") : undefined;
  lab.namespace("app");
  lab.pod("default/p");
  lab.pod("app/q");
  lab.settle({ ms: HOUR });
  assertEquals([lab.addressOf("default/p"), lab.addressOf("app/q")], ["10.16.0.2", "10.16.0.3"]);
  assertEquals(lab.warnings(Namespace, "app")[0], "FailedWrite Forbidden for a test");
  lab.intercept = () => undefined;
  lab.settle({ ms: HOUR });
  assertEquals(lab.bindingOf("app"), "ovn-default");
  lab.atRest();
});
