import { assert, assertEquals, assertMatch } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { withSite } from "./site.ts";

/** The value of one series; undefined where there is none. */
function valueOf(text: string, series: string): number | undefined {
  const line = text.split("\n").find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

const SUBNET = `{subnet_name="ovn-default",protocol="IPv4",subnet_cidr="10.16.0.0/16"}`;

function createPod(name: string) {
  const spec = { containers: [{ name: "c", image: "i" }] };
  return {
    verb: "create",
    resource: Pod,
    body: { metadata: { name, namespace: "default" }, spec },
    manager: "m",
  } as const;
}

Deno.test(
  "/metrics has Kube-OVN's two measures of every Subnet, exact at every look",
  withSite(async ({ server, env, get }) => {
    const before = await get("/metrics");
    assertEquals(valueOf(before.body, `subnet_available_ip_count${SUBNET}`), 65_533);
    assertEquals(valueOf(before.body, `subnet_used_ip_count${SUBNET}`), 0);
    server.execute(createPod("one"));
    await env.advance(2_000);
    const { body } = await get("/metrics");
    assertEquals(valueOf(body, `subnet_available_ip_count${SUBNET}`), 65_532);
    assertEquals(valueOf(body, `subnet_used_ip_count${SUBNET}`), 1);
  }),
);

Deno.test(
  "/metrics forgets a Subnet that is gone",
  withSite(async ({ server, env, get }) => {
    const spec = { cidrBlock: "10.9.0.0/24" };
    server.execute({
      verb: "create",
      resource: Subnet,
      body: { metadata: { name: "x" }, spec },
      manager: "m",
    });
    await env.advance(2_000);
    assertMatch((await get("/metrics")).body, /subnet_name="x"/);
    server.execute({ verb: "delete", resource: Subnet, key: "x" });
    await env.advance(2_000);
    assert(!(await get("/metrics")).body.includes(`subnet_name="x"`));
  }),
);

Deno.test(
  "/metrics counts reconciles and requests under the names of controller-runtime and client-go",
  withSite(async ({ server, env, get }) => {
    server.execute(createPod("one"));
    await env.advance(2_000);
    const { body, headers } = await get("/metrics");
    assertMatch(headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
    const pods = valueOf(body, `controller_runtime_reconcile_total{controller="pods",result="success"}`);
    assert(pods! >= 1);
    assertEquals(valueOf(body, `controller_runtime_reconcile_time_seconds_count{controller="pods"}`), 1);
    const posts = `rest_client_requests_total{code="201",method="POST",host="sandbox:8001"}`;
    assert(valueOf(body, posts)! >= 2);
    assertEquals(valueOf(body, `leader_election_master_status{name="cadastre"}`), 1);
    assertEquals(valueOf(body, `workqueue_depth{name="cadastre",priority="live"}`), 0);
  }),
);

Deno.test(
  "/metrics says what this process uses, without any permission",
  withSite(async ({ get }) => {
    const { body } = await get("/metrics");
    for (
      const name of [
        "process_resident_memory_bytes",
        "nodejs_heap_size_used_bytes",
        "process_cpu_seconds_total",
      ]
    ) {
      assert(valueOf(body, name)! > 0, name);
    }
  }),
);

Deno.test(
  "/metrics has no series that a pod could add to",
  withSite(async ({ server, env, get }) => {
    server.execute(createPod("one"));
    await env.advance(5_000);
    const series = async () => (await get("/metrics")).body.split("\n").length;
    const before = await series();
    for (const name of ["two", "three", "constructor", "__proto__".replaceAll("_", "x")]) {
      server.execute(createPod(name));
    }
    await env.advance(5_000);
    assertEquals(await series(), before);
  }),
);
