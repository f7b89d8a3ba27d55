import { assert, assertEquals } from "@std/assert";
import type { Client, Json } from "../../kube/api.ts";
import { LEASES } from "../../kube/lease.ts";
import { definition as vpcDefinition, Vpc } from "../../crds/vpc.ts";
import { definition as subnetDefinition, Subnet } from "../../crds/subnet.ts";
import { rules } from "../../crds/rules.ts";
import { kind, within } from "../../reconcile/kind.ts";
import { desired, yes } from "../../reconcile/plan.ts";
import { controller, on } from "../../reconcile/table.ts";
import { type Definition, Operator } from "../../runtime/operator.ts";
import type { Observer } from "../../runtime/observers.ts";
import { SandboxClient } from "../../sandbox/client.ts";

import type { ApiServer } from "../../sandbox/server.ts";
import { controllersOf } from "../../sandbox/workloads.ts";
import { sandbox } from "../sandbox/sandbox.ts";
import { ManualEnv } from "./manual_env.ts";

/** Holds every Vpc that has a Subnet, and says that it is there. */
const definition: Definition = {
  rules: { ...rules, relations: rules.relations.filter((r) => r.parent === Vpc) },
  kinds: [Vpc, Subnet],
  tables: [controller("vpc", [on(Vpc, () => desired({ conditions: { Ready: yes("There") } }))])],
  projections: [],
};
const CRDS = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};
const lease = { namespace: "kube-system", name: "cadastre" };

interface Start {
  readonly env: ManualEnv;
  readonly server: ApiServer;
  readonly replica?: string;
  readonly leased?: boolean;
  readonly observer?: Observer;
  readonly client?: Client;
}

function start({ env, server, replica = "a", leased = false, observer = {}, ...over }: Start): Operator {
  const client = over.client ?? new SandboxClient(server);
  const operator = new Operator({
    definition,
    client,
    env,
    replica,
    observers: [observer],
    ...(leased ? { lease } : {}),
  });
  operator.start();
  return operator;
}

function createVpc(server: ApiServer, name: string): void {
  server.execute({ verb: "create", resource: Vpc, body: { metadata: { name }, spec: {} }, manager: "user" });
}
const reasonOf = (server: ApiServer, name: string): string | undefined =>
  (server.entriesOf(Vpc).get(name)?.object as Json)?.status?.conditions?.[0]?.reason;

Deno.test("an Operator takes in what is there, writes what is wanted, and rests", async () => {
  const env = new ManualEnv(), server = sandbox();
  createVpc(server, "old");
  const operator = start({ env, server });
  await env.quiet();
  createVpc(server, "new");
  await env.advance(1_000);
  assertEquals([reasonOf(server, "old"), reasonOf(server, "new")], ["There", "There"]);
  assert(operator.isSettled && operator.isLeading);
  const { version } = server.store;
  operator.engine.resync();
  operator.pump.wake();
  await env.quiet();
  await stopped(operator, env);
  assertEquals(server.store.version, version);
});

Deno.test("an Operator decides nothing before its definitions are installed, says which is missing, and then begins", async () => {
  const env = new ManualEnv(), server = sandbox({ definitions: [vpcDefinition] });
  const turned: string[] = [];
  const watchTurned: Observer["watchTurned"] = (kind, problem) =>
    turned.push(`${kind.kind} ${problem?.status ?? "well"}`);
  createVpc(server, "v");
  const operator = start({ env, server, observer: { watchTurned } });
  await env.advance(30_000);
  assertEquals(operator.engine.unsynced.map((kind) => kind.kind), ["Subnet"]);
  assertEquals([reasonOf(server, "v"), turned], [undefined, ["Subnet 404"]]);
  server.execute({ verb: "create", resource: CRDS, body: subnetDefinition, manager: "user" });
  await env.advance(30_000);
  assertEquals([reasonOf(server, "v"), turned.at(-1)], ["There", "Subnet well"]);
  await stopped(operator, env);
});

Deno.test("an Operator stops deciding while a definition is gone, and goes on when it is back", async () => {
  const env = new ManualEnv(), server = sandbox();
  using controllers = controllersOf(server);
  const operator = start({ env, server });
  await env.quiet();
  const name = `${subnetDefinition.spec.names.plural}.${subnetDefinition.spec.group}`;
  server.execute({ verb: "delete", resource: CRDS, key: name });
  controllers.settle();
  await env.advance(1_000);
  assertEquals(operator.engine.unsynced, [Subnet]);
  createVpc(server, "v");
  await env.advance(30_000);
  assertEquals(reasonOf(server, "v"), undefined);
  server.execute({ verb: "create", resource: CRDS, body: subnetDefinition, manager: "user" });
  await env.advance(30_000);
  assertEquals([operator.engine.unsynced.length, reasonOf(server, "v")], [0, "There"]);
  await stopped(operator, env);
});

Deno.test("an Operator goes on without an optional kind, and sees it once it is served", async () => {
  const env = new ManualEnv(), server = sandbox({ definitions: [vpcDefinition] });
  const turned: string[] = [], guests = { ...Subnet, optional: true };
  const operator = new Operator({
    definition: { ...definition, kinds: [Vpc, guests] },
    client: new SandboxClient(server),
    env,
    replica: "a",
    observers: [{ watchTurned: (kind) => turned.push(kind.kind) }],
  });
  operator.start();
  createVpc(server, "v");
  await env.advance(1_000);
  assertEquals([reasonOf(server, "v"), turned], ["There", []]);
  server.execute({ verb: "create", resource: CRDS, body: subnetDefinition, manager: "user" });
  server.execute({
    verb: "create",
    resource: Subnet,
    body: { metadata: { name: "s" }, spec: {} },
    manager: "user",
  });
  await env.advance(31_000);
  assertEquals([...operator.engine.store.keys(Subnet)], ["s"]);
  await stopped(operator, env);
});

Deno.test("an Operator sees of a kind what is in its namespaces, and begins when all of them are read", async () => {
  const env = new ManualEnv(), server = sandbox(), watched: (string | undefined)[] = [];
  const ConfigMap = within(kind("v1", "ConfigMap", "configmaps", { namespaced: true }), ["default", "app"]);
  const write = (verb: "create" | "delete", key: string) => {
    const [namespace, name] = key.split("/");
    if (verb === "delete") return server.execute({ verb, resource: ConfigMap, key });
    return server.execute({
      verb,
      resource: ConfigMap,
      body: { metadata: { name, namespace } },
      manager: "u",
    });
  };
  for (const key of ["default/a", "default/b", "kube-system/c"]) write("create", key);
  const inner = new SandboxClient(server);
  const client: Client = {
    send: (request) => inner.send(request),
    watch(resource, options) {
      if (resource.kind === "ConfigMap") watched.push(options.namespace);
      return inner.watch(resource, options);
    },
  };
  const operator = new Operator({
    definition: { ...definition, kinds: [Vpc, Subnet, ConfigMap] },
    client,
    env,
    replica: "a",
  });
  operator.start();
  await env.quiet();
  assertEquals([watched, operator.engine.unsynced], [["default", "app"], []]);
  write("delete", "default/a");
  write("create", "kube-system/d");
  await env.advance(1_000);
  assertEquals([...operator.engine.store.keys(ConfigMap)], ["default/b"]);
  assertEquals(operator.watched.map(({ namespace }) => namespace), [undefined, undefined, "default", "app"]);
  await stopped(operator, env);
});

Deno.test("an Operator does not believe a first list that lacks very many objects, and acts on the second", async () => {
  const env = new ManualEnv(), server = sandbox(), sandboxed = new SandboxClient(server);
  let isLying = false;
  const client: Client = {
    send: (request) => sandboxed.send(request),
    async *watch(resource, options) {
      if (!isLying) yield* sandboxed.watch(resource, { ...options, signal: cut.signal });
      else if (options.resourceVersion !== undefined) yield gone;
      else yield { type: "BOOKMARK", resourceVersion: String(server.store.version), initialEventsEnd: true };
    },
  };
  let cut = new AbortController();
  const gone = { type: "ERROR", status: 410, reason: "Expired", message: "too old" } as const;
  for (let i = 0; i < 60; i++) createVpc(server, `v${i}`);
  const operator = start({ env, server, client });
  const known = () => [...operator.engine.store.keys(Vpc)].length;
  await env.advance(1_000);
  isLying = true;
  cut.abort();
  cut = new AbortController();
  await env.advance(400);
  assertEquals(known(), 60);
  await env.advance(60_000);
  assertEquals(known(), 60);
  await stopped(operator, env);
});

Deno.test("an Operator looks at everything again every ten minutes, and writes nothing at rest", async () => {
  const env = new ManualEnv(), server = sandbox(), looked: string[] = [];
  createVpc(server, "v");
  const operator = start({ env, server, observer: { decided: ({ key }) => void looked.push(key) } });
  await env.advance(5_000);
  looked.length = 0;
  const { version } = server.store;
  await minutes(9);
  assertEquals(looked, []);
  await minutes(2);
  assertEquals([looked, server.store.version], [["v"], version]);
  await stopped(operator, env);

  /** With bookmarks, as an API server sends them. */
  async function minutes(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      await env.advance(60_000);
      for (const ask of server.bookmarks) ask();
    }
  }
});

Deno.test("of two Operators one writes; the other has warm caches and goes on at once after a clean stop", async () => {
  const env = new ManualEnv(), server = sandbox();
  const first = start({ env, server, replica: "a", leased: true });
  await env.advance(100);
  const second = start({ env, server, replica: "b", leased: true });
  await env.advance(5_000);
  assertEquals([first.isLeading, second.isLeading, second.leader], [true, false, "a"]);
  assertEquals(second.engine.unsynced, []);
  await stopped(first, env);
  createVpc(server, "v");
  await env.advance(3_000);
  assertEquals([second.isLeading, reasonOf(server, "v")], [true, "There"]);
  await stopped(second, env);
  assertEquals(
    (server.entriesOf(LEASES).get("kube-system/cadastre")!.object as Json).spec.holderIdentity,
    "",
  );
});

Deno.test("an Operator that cannot renew stops leading by the clock alone, and another takes over when the lease has expired", async () => {
  const env = new ManualEnv(), server = sandbox();
  let isCut = false;
  const cut = new SandboxClient(server);
  const client: Client = {
    send: (request, signal) => isCut ? new Promise(() => {}) : cut.send(request, signal),
    watch: (resource, options) => cut.watch(resource, options),
  };
  const first = start({ env, server, client, replica: "a", leased: true });
  await env.advance(100);
  const second = start({ env, server, replica: "b", leased: true });
  await env.advance(5_000);
  assertEquals([first.isLeading, second.isLeading], [true, false]);
  isCut = true;
  createVpc(server, "v");
  await env.advance(11_000);
  assertEquals(first.isLeading, false);
  await env.advance(9_000);
  assertEquals([second.isLeading, reasonOf(server, "v")], [true, "There"]);
  await stopped(second, env);
  first.stop();
  await env.advance(20_000);
});

Deno.test("an Operator whose lease was taken writes nothing from then on", async () => {
  const env = new ManualEnv(), server = sandbox(), leads: boolean[] = [];
  const operator = start({ env, server, leased: true, observer: { leads: (now) => void leads.push(now) } });
  await env.advance(1_000);
  const body = { spec: { holderIdentity: "thief" } };
  server.execute({ verb: "merge", resource: LEASES, key: "kube-system/cadastre", body, manager: "user" });
  await env.advance(5_000);
  createVpc(server, "v");
  await env.advance(5_000);
  assertEquals([operator.isLeading, leads, reasonOf(server, "v")], [false, [true, false], undefined]);
  await stopped(operator, env);
});

async function stopped(operator: Operator, env: ManualEnv): Promise<void> {
  const done = operator.stop();
  await env.advance(10_000);
  await done;
}
