import { assertEquals, assertStringIncludes } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { kinds } from "../../crds/mod.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { ApiServer } from "../../sandbox/server.ts";
import { explanationText } from "../../web/explain_text.ts";
import { withSite } from "./site.ts";

function createPod(server: ApiServer, name: string, annotations: Record<string, string> = {}): void {
  const spec = { containers: [{ name: "c", image: "i" }] };
  const body = { metadata: { name, namespace: "default", annotations }, spec };
  server.execute({ verb: "create", resource: Pod, body, manager: "m" });
}

Deno.test(
  "/explain shows what a pod holds, what it was told, and every request with its answer",
  withSite(async ({ server, env, get }) => {
    createPod(server, "web");
    await env.advance(2_000);
    const { status, body } = await get("/explain/pod/default/web");
    assertEquals(status, 200);
    assertStringIncludes(
      body,
      "Allocated ovn=True PodNetworkAllocated: provider=ovn subnet=ovn-default ip=10.16.0.2",
    );
    assertStringIncludes(body, "holds IP web.default with AddressClaim ovn-default.10.16.0.2");
    assertStringIncludes(body, "WOULD BE WRITTEN NOW\n  nothing");
    assertStringIncludes(body, "create IP web.default  ok 201");
    assertStringIncludes(body, "apply  Pod default/web  ok 200");
  }),
);

Deno.test(
  "/explain says what a pod waits for",
  withSite(async ({ server, env, get }) => {
    createPod(server, "lost", { "ovn.kubernetes.io/logical_switch": "nowhere" });
    await env.advance(2_000);
    const { plan, writes, commits } = JSON.parse((await get("/explain/pod/default/lost?o=json")).body);
    assertEquals(plan.verdict, "wait");
    assertEquals(plan.conditions.Ready.reason, "AcquireAddressFailed");
    assertEquals(plan.waitsFor.includes("Subnet nowhere"), true);
    assertEquals([writes, commits], [[], []]);
  }),
);

Deno.test(
  "/explain names everything that a pod waits for once",
  withSite(async ({ server, env, get }) => {
    const body = { metadata: { name: "attic" }, spec: { cidrBlock: "10.9.0.0/24", vpc: "nowhere" } };
    server.execute({ verb: "create", resource: Subnet, body, manager: "m" });
    createPod(server, "lost", { "ovn.kubernetes.io/logical_switch": "attic" });
    await env.advance(2_000);
    const { plan } = JSON.parse((await get("/explain/pod/default/lost?o=json")).body);
    assertEquals(plan.waitsFor.toSorted(), ["Namespace default", "Subnet attic", "Vpc nowhere"]);
  }),
);

Deno.test(
  "/explain prints counters beyond what a JSON number holds",
  withSite(async ({ server, env, get }) => {
    const spec = { cidrBlock: "fd00:9::/64" };
    server.execute({
      verb: "create",
      resource: Subnet,
      body: { metadata: { name: "six" }, spec },
      manager: "m",
    });
    await env.advance(3_000);
    const { status, body } = await get("/explain/subnet/six?o=json");
    assertEquals(status, 200);
    assertStringIncludes(body, '"v6availableIPs":18446744073709551613');
    assertStringIncludes((await get("/explain/subnet/six")).body, "Ready=True ResetLogicalSwitchAclSuccess");
  }),
);

Deno.test(
  "/explain remembers what was written to an object that is gone",
  withSite(async ({ server, env, get }) => {
    createPod(server, "brief");
    await env.advance(2_000);
    server.execute({ verb: "delete", resource: Pod, key: "default/brief", gracePeriodSeconds: 0 });
    await env.advance(2_000);
    const { status, body } = await get("/explain/pod/default/brief");
    assertEquals(status, 200);
    assertStringIncludes(body, "Pod default/brief is not there");
    assertStringIncludes(body, "create IP brief.default  ok 201");
    assertStringIncludes((await get("/explain/ip/brief.default")).body, "delete IP brief.default  ok 200");
  }),
);

Deno.test(
  "/explain answers for every kind that is watched, by its name or its plural, and names them otherwise",
  withSite(async ({ get }) => {
    assertEquals((await get("/explain/vpc/ovn-cluster")).status, 200);
    assertEquals((await get("/explain/subnets/join")).status, 200);
    assertEquals((await get("/explain/Namespace/default")).status, 200);
    assertEquals((await get("/explain/subnet/nowhere")).status, 404);
    const { status, body } = await get("/explain/secret/kube-system/token");
    assertEquals(status, 404);
    assertStringIncludes(
      body,
      `there is no kind secret: ${kinds.map(({ kind }) => kind.toLowerCase()).join(", ")}`,
    );
  }),
);

Deno.test("an explanation in text has no control characters, whoever wrote them", () => {
  const message = "\u001b[2J\u0000 is no address";
  const plan = { verdict: "wait", conditions: { Ready: { status: "False", reason: "R", message } } };
  const text = explanationText({ object: "Pod a/b", exists: true, plan, writes: [], commits: [] });
  assertStringIncludes(text, "Ready=False R: �[2J� is no address\n");
});
