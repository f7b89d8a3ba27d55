import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Json } from "../../kube/api.ts";
import { parseJson } from "../../kube/json.ts";
import { createHandler, type Handler } from "../../sandbox/http/handler.ts";
import type { ApiServer } from "../../sandbox/server.ts";
import { sandbox } from "./sandbox.ts";

const SUBNETS = "/apis/kubeovn.io/v1/subnets";
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

interface Call {
  readonly body?: Json;
  readonly type?: string;
  readonly accept?: string;
}

function http(server: ApiServer = sandbox()) {
  const handle: Handler = createHandler(server);
  return async (method: string, path: string, { body, type = "application/json", accept }: Call = {}) => {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const headers = {
      ...(body === undefined ? {} : { "content-type": type }),
      ...(accept ? { accept } : {}),
    };
    const request = new Request(`http://sandbox${path}`, {
      method,
      headers,
      ...(text === undefined ? {} : { body: text }),
    });
    const response = await handle(request);
    return { status: response.status, headers: response.headers, body: parseJson(await response.text()) };
  };
}

function subnet(name: string, spec: Json = {}): Json {
  return { apiVersion: "kubeovn.io/v1", kind: "Subnet", metadata: { name }, spec };
}

Deno.test("http: create, get, replace, patch in three forms, and delete", async () => {
  const call = http();
  const made = await call("POST", `${SUBNETS}?fieldManager=me`, { body: subnet("a") });
  assertEquals([made.status, made.body.metadata.managedFields[0].manager], [201, "me"]);
  const put = await call("PUT", `${SUBNETS}/a`, { body: { ...made.body, spec: { mtu: 1 } } });
  assertEquals([put.status, put.body.spec.mtu], [200, 1]);
  const patches: [string, Json, number][] = [
    ["application/merge-patch+json", { spec: { mtu: 2 } }, 2],
    ["application/json-patch+json", [{ op: "replace", path: "/spec/mtu", value: 3 }], 3],
    ["application/apply-patch+yaml", "apiVersion: kubeovn.io/v1\nkind: Subnet\nspec: {mtu: 4}\n", 4],
  ];
  for (const [type, body, mtu] of patches) {
    const patched = await call("PATCH", `${SUBNETS}/a?fieldManager=me&force=true`, { body, type });
    assertEquals([patched.status, patched.body.spec?.mtu], [200, mtu], type);
  }
  const deleted = await call("DELETE", `${SUBNETS}/a`);
  assertEquals([deleted.status, deleted.body.status, deleted.body.details.kind], [200, "Success", "subnets"]);
  const { status, body } = await call("GET", `${SUBNETS}/a`);
  assertEquals([status, body.reason], [404, "NotFound"]);
});

Deno.test("http: delete options are honoured, from the body as from the query", async () => {
  const call = http();
  await call("POST", SUBNETS, { body: subnet("a") });
  const wrong = await call("DELETE", `${SUBNETS}/a`, { body: { preconditions: { uid: "x" } } });
  assertEquals([wrong.status, wrong.body.reason], [409, "Conflict"]);
  const foreground = await call("DELETE", `${SUBNETS}/a?propagationPolicy=Foreground`);
  assertEquals(foreground.body.metadata.finalizers, ["foregroundDeletion"]);
});

Deno.test("http: strategic merge patch is for built-in kinds only", async () => {
  const call = http();
  const type = "application/strategic-merge-patch+json";
  await call("POST", CONFIG_MAPS, { body: { metadata: { name: "c" }, data: { a: "1", b: "1" } } });
  const body = { data: { a: null, c: "1" } };
  assertEquals((await call("PATCH", `${CONFIG_MAPS}/c`, { body, type })).body.data, { b: "1", c: "1" });
  await call("POST", SUBNETS, { body: subnet("a") });
  assertEquals((await call("PATCH", `${SUBNETS}/a`, { body: {}, type })).status, 415);
});

Deno.test("http: lists by label and field, in pages of one state", async () => {
  const call = http();
  for (const name of ["a", "b", "c"]) {
    await call("POST", CONFIG_MAPS, { body: { metadata: { name, labels: { even: String(name === "b") } } } });
  }
  const names = (body: Json) => body.items.map(({ metadata }: Json) => metadata.name);
  assertEquals(names((await call("GET", `${CONFIG_MAPS}?labelSelector=even%3Dfalse`)).body), ["a", "c"]);
  assertEquals(names((await call("GET", `/api/v1/configmaps?fieldSelector=metadata.name%3Db`)).body), ["b"]);
  const first = await call("GET", `${CONFIG_MAPS}?limit=2`);
  await call("DELETE", `${CONFIG_MAPS}/c`);
  const second = await call(
    "GET",
    `${CONFIG_MAPS}?limit=2&continue=${encodeURIComponent(first.body.metadata.continue)}`,
  );
  assertEquals([names(first.body), names(second.body)], [["a", "b"], ["c"]]);
  assertEquals(second.body.metadata, { resourceVersion: first.body.metadata.resourceVersion });
});

Deno.test("http: lists of versions that are yet to come, or forgotten", async () => {
  const server = sandbox();
  const call = http(server);
  const future = await call("GET", `${SUBNETS}?resourceVersion=999999&resourceVersionMatch=NotOlderThan`);
  assertEquals([future.status, future.body.details.causes[0].reason], [504, "ResourceVersionTooLarge"]);
  const made = await call("POST", SUBNETS, { body: subnet("a") });
  await call("DELETE", `${SUBNETS}/a`);
  const exact = `${SUBNETS}?resourceVersionMatch=Exact&resourceVersion=${made.body.metadata.resourceVersion}`;
  assertEquals((await call("GET", exact)).body.items.length, 1);
  server.compact();
  assertEquals((await call("GET", exact)).status, 410);
});

Deno.test("http: a collection is deleted as far as the selector goes", async () => {
  const call = http();
  for (const name of ["a", "b"]) {
    await call("POST", CONFIG_MAPS, { body: { metadata: { name, labels: { name } } } });
  }
  assertEquals((await call("DELETE", `${CONFIG_MAPS}?labelSelector=name%3Da`)).body.items.length, 1);
  assertEquals((await call("GET", CONFIG_MAPS)).body.items.map(({ metadata }: Json) => metadata.name), ["b"]);
});

Deno.test("http: a dry run answers and changes nothing", async () => {
  const call = http();
  assertEquals((await call("POST", `${SUBNETS}?dryRun=All`, { body: subnet("a") })).status, 201);
  assertEquals((await call("GET", `${SUBNETS}/a`)).status, 404);
});

Deno.test("http: strict validation refuses unknown fields", async () => {
  const { status, body } = await http()("POST", `${SUBNETS}?fieldValidation=Strict`, {
    body: { ...subnet("a"), oops: 1 },
  });
  assertEquals(status, 400);
  assertStringIncludes(body.message, 'unknown field "oops"');
});

Deno.test("http: integers of 64 bits survive", async () => {
  const call = http();
  await call("POST", SUBNETS, { body: subnet("a") });
  const body = '{"status":{"v6availableIPs":9223372036854775807,"v4usingIPs":18446744073709551616}}';
  const type = "application/merge-patch+json";
  const { body: { status } } = await call("PATCH", `${SUBNETS}/a/status`, { body, type });
  assertEquals([status.v6availableIPs, status.v4usingIPs], [9223372036854775807n, 18446744073709552000]);
});

Deno.test("http: bodies and paths that make no sense are refused, not crashed on", async () => {
  const call = http();
  const cases: [string, string, Call, number][] = [
    ["POST", SUBNETS, { body: "{" }, 400],
    ["POST", SUBNETS, { body: "[]" }, 400],
    ["POST", SUBNETS, { body: "a: [", type: "application/yaml" }, 400],
    ["POST", SUBNETS, { body: "x", type: "text/plain" }, 415],
    ["POST", SUBNETS, { body: "k8s\0nonsense", type: "application/vnd.kubernetes.protobuf" }, 400],
    ["PUT", `${SUBNETS}/a`, { body: subnet("b") }, 400],
    ["PATCH", `${SUBNETS}/a`, { body: {}, type: "application/json" }, 415],
    ["GET", "/apis/kubeovn.io/v1/nonsense", {}, 404],
    ["GET", "/apis/kubeovn.io/v1/namespaces/x/subnets", {}, 404],
    ["GET", "/nonsense/%ff", {}, 404],
    ["DELETE", "/api/v1/configmaps", {}, 404],
    ["GET", `${CONFIG_MAPS}?labelSelector=%3D%3D`, {}, 400],
    ["GET", `${CONFIG_MAPS}?fieldSelector=spec.x%3D1`, {}, 400],
    ["GET", `${CONFIG_MAPS}?continue=nonsense`, {}, 400],
    ["GET", `${CONFIG_MAPS}?watch=1&resourceVersion=x`, {}, 400],
  ];
  for (const [method, path, more, status] of cases) {
    const answer = await call(method, path, more);
    assertEquals([path, answer.status, answer.body.kind], [path, status, "Status"]);
  }
});

Deno.test("http: discovery lists what is served, also what was defined a moment ago", async () => {
  const call = http();
  assertEquals((await call("GET", "/api")).body.versions, ["v1"]);
  const groups = (await call("GET", "/apis")).body.groups.map(({ name }: Json) => name);
  assertEquals(groups.includes("kubeovn.io") && groups.includes("apps"), true);
  const { resources } = (await call("GET", "/apis/kubeovn.io/v1")).body;
  const names = resources.map(({ name }: Json) => name);
  assertEquals([names.includes("subnets/status"), names.includes("ips/status")], [true, false]);
  const { paths } = (await call("GET", "/openapi/v3")).body;
  const document = (await call("GET", paths["apis/kubeovn.io/v1"].serverRelativeURL)).body;
  assertEquals(document.components.schemas["io.kubeovn.v1.Subnet"].type, "object");
  assertMatch((await call("GET", "/version")).body.gitVersion, /^v1\.36\./);
});
