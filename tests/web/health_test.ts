import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { definitions } from "../../crds/mod.ts";
import { LEASES } from "../../kube/lease.ts";
import { withSite } from "./site.ts";

const withoutIp = definitions.filter(({ spec }) => spec.names.kind !== "IP");
const lease = { namespace: "kube-system", name: "cadastre" };

Deno.test(
  "/readyz passes once every cache is complete, and says who leads",
  withSite(async ({ get }) => {
    const { status, body } = await get("/readyz");
    assertEquals(status, 200);
    assertStringIncludes(body, "[+]cache Subnet: complete\n");
    assertStringIncludes(body, "[+]role: leader\n");
    assertStringIncludes(body, "readyz check passed");
  }),
);

Deno.test(
  "/readyz fails while a definition is missing, and says which and what to do",
  withSite(async ({ get }) => {
    const { status, body } = await get("/readyz");
    assertEquals(status, 503);
    assertStringIncludes(body, "[-]cache IP: kubeovn.io/v1 IP is not served: install the CRDs");
    assertStringIncludes(body, "[+]cache Subnet: complete");
  }, { sandbox: { definitions: withoutIp } }),
);

Deno.test(
  "/readyz passes for a follower too, and names the leader",
  withSite(async ({ env, server, get }) => {
    const body = { spec: { holderIdentity: "other_1" } };
    server.execute({ verb: "merge", resource: LEASES, key: "kube-system/cadastre", body, manager: "m" });
    await env.advance(4_000);
    const answer = await get("/readyz");
    assertEquals(answer.status, 200);
    assertStringIncludes(answer.body, "follower of other_1");
  }, { lease }),
);

Deno.test(
  "/healthz passes while an API server refuses everything: a restart would not help",
  withSite(async ({ env, get }) => {
    await env.advance(20 * 60_000);
    const { status, body } = await get("/healthz");
    assertEquals(status, 200);
    assertStringIncludes(body, "[+]watch IP: moved");
  }, { sandbox: { definitions: withoutIp } }),
);

Deno.test(
  "health is JSON for who asks for it",
  withSite(async ({ get }) => {
    for (const init of [undefined, { headers: { accept: "application/json" } }]) {
      const { body } = await get(init ? "/readyz" : "/readyz?o=json", init);
      const { ok, checks } = JSON.parse(body);
      assert(ok && checks.length > 5);
    }
  }),
);
