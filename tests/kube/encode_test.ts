import { assertEquals, assertThrows } from "@std/assert";
import type { Request } from "../../kube/api.ts";
import { encode, encodePage, encodeWatch } from "../../kube/encode.ts";
import { JSON_PATCH, pod, PODS, SUBNETS } from "./requests.ts";

const common = { resource: PODS, manager: "cadastre/pod" };
const PATH = "/api/v1/namespaces/prod/pods/web-0";

/** `[request, method and address, content type]` */
const CASES: readonly (readonly [Request, string, string?])[] = [
  [{ verb: "get", resource: SUBNETS, key: "sn1" }, "GET /apis/kubeovn.io/v1/subnets/sn1?"],
  [{ verb: "list", resource: PODS }, "GET /api/v1/pods?limit=500"],
  [
    {
      verb: "list",
      resource: PODS,
      namespace: "prod",
      labelSelector: "a in (b,c)",
      fieldSelector: "spec.x=1",
    },
    "GET /api/v1/namespaces/prod/pods?limit=500&labelSelector=a%20in%20(b%2Cc)&fieldSelector=spec.x%3D1",
  ],
  [
    { verb: "create", ...common, body: pod },
    "POST /api/v1/namespaces/prod/pods?fieldManager=cadastre%2Fpod",
    "application/json",
  ],
  [
    { verb: "create", ...common, body: pod, subresource: "binding" },
    `POST ${PATH}/binding?fieldManager=cadastre%2Fpod`,
    "application/json",
  ],
  [{ verb: "update", ...common, body: pod }, `PUT ${PATH}?fieldManager=cadastre%2Fpod`, "application/json"],
  [
    { verb: "apply", ...common, body: pod, force: true, subresource: "status" },
    `PATCH ${PATH}/status?fieldManager=cadastre%2Fpod&force=true`,
    "application/apply-patch+yaml",
  ],
  [
    { verb: "merge", ...common, key: "prod/web-0", body: {} },
    `PATCH ${PATH}?fieldManager=cadastre%2Fpod`,
    "application/merge-patch+json",
  ],
  [JSON_PATCH, `PATCH ${PATH}?fieldManager=cadastre%2Fpod`, "application/json-patch+json"],
  [{ verb: "delete", resource: PODS, key: "prod/web-0" }, `DELETE ${PATH}?`, "application/json"],
];

for (const [request, address, contentType] of CASES) {
  const subresource = "subresource" in request ? ` ${request.subresource}` : "";
  Deno.test(`encode() ${request.verb} ${request.resource.plural}${subresource}`, () => {
    const { method, path, query, contentType: type } = encode(request);
    assertEquals(`${method} ${path}?${query}`, address);
    assertEquals(type, contentType);
  });
}

Deno.test("encode() writes the body a request carries", () => {
  assertEquals(encode({ verb: "create", ...common, body: pod }).body, pod);
  assertEquals(encode(JSON_PATCH).body[0], { op: "test", path: "/metadata/finalizers/0", value: "x" });
});

Deno.test("encode() puts the guards of a delete into its options, and never drops one", () => {
  const bodyOf = (more: Partial<Request>) =>
    JSON.parse(
      JSON.stringify(encode({ verb: "delete", resource: PODS, key: "prod/web-0", ...more } as Request).body),
    );
  const options = { apiVersion: "v1", kind: "DeleteOptions" };
  assertEquals(bodyOf({}), options);
  assertEquals(bodyOf({ uid: "u1" }), { ...options, preconditions: { uid: "u1" } });
  assertEquals(bodyOf({ resourceVersion: "7" }), { ...options, preconditions: { resourceVersion: "7" } });
  assertEquals(bodyOf({ uid: "" }), { ...options, preconditions: { uid: "" } });
  assertEquals(bodyOf({ gracePeriodSeconds: 0, propagationPolicy: "Orphan" }), {
    ...options,
    gracePeriodSeconds: 0,
    propagationPolicy: "Orphan",
  });
});

Deno.test("encode() refuses a name that would turn a delete into a delete of everything", () => {
  assertThrows(() => encode({ verb: "delete", resource: PODS, key: "prod/", uid: "u1" }), RangeError);
});

Deno.test("encodePage() continues where the page before ended", () => {
  assertEquals(encodePage({ verb: "list", resource: PODS }, "a=b").query, "limit=500&continue=a%3Db");
});

Deno.test("encodeWatch() starts with a consistent state or resumes, always with bookmarks", () => {
  assertEquals(
    encodeWatch(PODS).query,
    "watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan",
  );
  assertEquals(
    encodeWatch(PODS, { resourceVersion: "17" }).query,
    "watch=true&allowWatchBookmarks=true&resourceVersion=17",
  );
  assertEquals(encodeWatch(PODS, { namespace: "prod" }).path, "/api/v1/namespaces/prod/pods");
});
