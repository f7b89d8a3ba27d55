import { assert, assertEquals } from "@std/assert";
import type { Json, Outcome, Request } from "../../kube/api.ts";
import { classify } from "../../kube/outcome.ts";
import { ALL, JSON_PATCH, PODS, READS, SUBNETS, WRITES } from "./requests.ts";

const named = { name: "web-0", kind: "pods" };
const status = (code: number, message: string, more: Json = {}) => ({
  status: code,
  body: { kind: "Status", apiVersion: "v1", status: "Failure", code, message, details: named, ...more },
});
const conflict = (message: string, more: Json = {}) =>
  status(409, `Operation cannot be fulfilled on pods "web-0": ${message}`, { reason: "Conflict", ...more });
const invalid = (field: string, message: string) =>
  status(422, `Pod "web-0" is invalid: ${field}: ${message}`, {
    reason: "Invalid",
    details: { ...named, causes: [{ reason: "FieldValueInvalid", field, message }] },
  });
const of = (...verbs: string[]) => ALL.filter(({ verb }) => verbs.includes(verb));
const NOT_PATCH = WRITES.filter((request) => request !== JSON_PATCH);

/** `[requests, answer, class]`; the texts are those of a kube-apiserver 1.36. */
const CASES: readonly (readonly [readonly Request[], Parameters<typeof classify>[1], Outcome])[] = [
  // Nothing came back.
  [WRITES, { status: 0, body: "connection reset" }, "unknown"],
  [WRITES, { status: 0, body: "timed out", sent: true }, "unknown"],
  [WRITES, { status: 0, body: "connection refused", sent: false }, "transient"],
  [READS, { status: 0, body: "connection reset" }, "transient"],

  // Not found, and what is not "not found".
  [ALL, status(404, 'pods "web-0" not found', { reason: "NotFound" }), "gone"],
  [
    of("create"),
    status(404, 'namespaces "prod" not found', { details: { name: "prod", kind: "namespaces" } }),
    "gone",
  ],
  [ALL, { status: 404, body: "404 page not found\n" }, "denied"],
  [ALL, status(404, "the server could not find the requested resource", { details: {} }), "denied"],
  [ALL, { status: 404, body: "<html>Not Found</html>" }, "denied"],
  [ALL, { status: 404, body: null }, "denied"],

  // Somebody was faster.
  [of("create"), status(409, 'pods "web-0" already exists', { reason: "AlreadyExists" }), "conflict"],
  [
    of("create"),
    status(409, 'object is being deleted: pods "web-0" already exists', { reason: "AlreadyExists" }),
    "conflict",
  ],
  [
    WRITES,
    conflict("the object has been modified; please apply your changes to the latest version"),
    "conflict",
  ],
  [
    of("apply"),
    status(
      409,
      'Apply failed with 1 conflict: conflict with "uid mismatch: the UID in the precondition": .data.k',
      {
        reason: "Conflict",
        details: {
          causes: [{ reason: "FieldManagerConflict", message: 'conflict with "t1"', field: ".data.k" }],
        },
      },
    ),
    "conflict",
  ],
  [
    of("delete"),
    conflict(
      "the ResourceVersion in the precondition (5) does not match the ResourceVersion in record (224). The object might have been modified",
    ),
    "conflict",
  ],
  [
    [JSON_PATCH],
    status(422, "the server rejected our request due to an error in our request", {
      reason: "Invalid",
      details: {},
    }),
    "conflict",
  ],
  [[JSON_PATCH], { status: 422, body: {} }, "conflict"],

  // Another uid, or none.
  [
    of("apply"),
    conflict("uid mismatch: the provided object specified uid u1, and no existing object was found"),
    "gone",
  ],
  [
    of("delete"),
    conflict(
      "the UID in the precondition (u1) does not match the UID in record (u2). The object might have been deleted and then recreated",
    ),
    "gone",
  ],
  [
    of("update", "delete"),
    conflict(
      "StorageError: invalid object, Code: 4, Key: /registry/pods/prod/web-0, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: u1, UID in object meta: u2",
    ),
    "gone",
  ],
  [WRITES, invalid("metadata.uid", 'Invalid value: "u1": field is immutable'), "gone"],

  // Refused until something changes.
  [ALL, status(401, "Unauthorized", { reason: "Unauthorized" }), "denied"],
  [
    ALL,
    status(403, 'pods "web-0" is forbidden: User "x" cannot get resource', { reason: "Forbidden" }),
    "denied",
  ],
  [
    of("create"),
    status(
      403,
      'pods "web-0" is forbidden: unable to create new content in namespace prod because it is being terminated',
    ),
    "denied",
  ],
  [
    WRITES,
    status(
      422,
      "pods \"web-0\" is forbidden: ValidatingAdmissionPolicy 'p1' with binding 'b1' denied request: no",
      {
        reason: "Invalid",
      },
    ),
    "denied",
  ],
  [WRITES, status(422, 'admission webhook "x.y.z" denied the request: no'), "denied"],

  // Never acceptable as it stands.
  [WRITES, invalid("spec", "Forbidden: may not change"), "invalid"],
  [NOT_PATCH, status(422, "the server rejected our request", { details: {} }), "invalid"],
  [
    WRITES,
    invalid(
      "metadata.finalizers",
      "Forbidden: no new finalizers can be added if the object is being deleted",
    ),
    "invalid",
  ],
  [WRITES, status(400, "the name of the object (b) does not match the name on the URL (a)"), "invalid"],
  [WRITES, status(413, "Request entity too large: limit is 3145728"), "invalid"],
  [WRITES, status(415, "the body of the request was in an unknown format"), "invalid"],
  [
    of("apply"),
    status(
      500,
      "failed to create typed patch object (/b; /v1, Kind=ConfigMap): .nope: field not declared in schema",
    ),
    "invalid",
  ],

  // Later.
  [
    ALL,
    status(429, "Too many requests, please try again later.", { reason: "TooManyRequests" }),
    "throttled",
  ],
  [ALL, status(500, "Internal error occurred: failed calling webhook"), "transient"],
  [ALL, { status: 502, body: "<html>Bad Gateway</html>" }, "transient"],
  [ALL, status(503, "the server is currently unable to handle the request"), "transient"],
  [READS, status(504, "Timeout: Too large resource version: 99999999, current: 231"), "transient"],
  [READS, status(410, "The provided continue parameter is too old", { reason: "Expired" }), "transient"],
  [READS, status(500, "etcdserver: request timed out"), "transient"],

  // Perhaps done.
  [WRITES, status(504, "Timeout: request did not complete within the allotted timeout"), "unknown"],
  [WRITES, status(500, "etcdserver: request timed out"), "unknown"],
  [WRITES, status(500, "rpc error: code = Unavailable desc = transport is closing"), "unknown"],
];

for (const [requests, answer, outcome] of CASES) {
  const verbs = requests.length === ALL.length ? "anything" : requests.map(({ verb }) => verb).join(", ");
  const said = typeof answer.body === "string" ? answer.body : answer.body?.message ?? "";
  const sent = answer.sent === undefined ? "" : `, sent: ${answer.sent}`;
  Deno.test(`${verbs} answered by ${answer.status} "${said.slice(0, 60).trim()}"${sent} is ${outcome}`, () => {
    for (const request of requests) assertEquals(classify(request, answer).outcome, outcome, request.verb);
  });
}

Deno.test("every one of the eight classes occurs in the table of failures, or is ok", () => {
  assertEquals(
    new Set(CASES.map(([, , outcome]) => outcome)),
    new Set<Outcome>(["unknown", "transient", "gone", "denied", "conflict", "invalid", "throttled"]),
  );
});

Deno.test("any status and any body has a class, and only 2xx is ok", () => {
  const bodies: Json[] = [null, undefined, "", "text", 7, [], {}, { details: null }, {
    details: { causes: 5 },
  }];
  for (const request of ALL) {
    for (let code = 300; code < 600; code++) {
      for (const body of bodies) assert(classify(request, { status: code, body }).outcome !== "ok");
    }
  }
});

Deno.test("nothing but a 404 that names an object or a 409 or 422 about a uid makes an object gone", () => {
  for (const request of ALL) {
    for (let code = 0; code < 600; code = code === 0 ? 300 : code + 1) {
      if (code === 404) continue;
      const { outcome } = classify(request, status(code, 'pods "web-0" not found', { reason: "NotFound" }));
      assert(outcome !== "gone", `${request.verb} ${code}`);
    }
  }
});

Deno.test("an answer carries status, reason and message", () => {
  const { status: code, reason, message } = classify(READS[0]!, status(403, "no", { reason: "Forbidden" }));
  assertEquals([code, reason, message], [403, "Forbidden", "no"]);
  assertEquals(classify(READS[0]!, { status: 502, body: "Bad Gateway\n" }).message, "Bad Gateway");
});

Deno.test("retryAfterMs comes from the header, else from the Status, else a throttled request waits a second", () => {
  const later = (retryAfter: string | null, more: Json = {}, code = 429) =>
    classify(WRITES[0]!, { ...status(code, "later", more), retryAfter }).retryAfterMs;
  const inBody = { details: { retryAfterSeconds: 3 } };
  assertEquals(later("7", inBody), 7000);
  assertEquals(later(null, inBody), 3000);
  assertEquals(later("Wed, 21 Oct 2026 07:28:00 GMT"), 1000);
  assertEquals(later(null), 1000);
  assertEquals(later("2", {}, 503), 2000);
  assertEquals(later(null, {}, 503), undefined);
});

Deno.test("a successful write carries the object, one answered by a Status carries none", () => {
  const object = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web-0", uid: "u1", resourceVersion: "9" },
  };
  assertEquals(classify(WRITES[0]!, { status: 201, body: object }), {
    outcome: "ok",
    status: 201,
    reason: "",
    message: "",
    object,
  });
  const success = { kind: "Status", status: "Success", details: { uid: "u1" } };
  assertEquals(classify(WRITES.at(-1)!, { status: 200, body: success }).object, undefined);
});

Deno.test("a list carries its version and items that know their kind", () => {
  const body = {
    kind: "SubnetList",
    metadata: { resourceVersion: "12" },
    items: [{ metadata: { name: "a" } }, {
      apiVersion: "kubeovn.io/v1",
      kind: "Subnet",
      metadata: { name: "b" },
    }],
  };
  const { items, resourceVersion } = classify({ verb: "list", resource: SUBNETS }, { status: 200, body });
  assertEquals(resourceVersion, "12");
  assertEquals(items?.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`), [
    "kubeovn.io/v1 Subnet",
    "kubeovn.io/v1 Subnet",
  ]);
  const empty = { metadata: { resourceVersion: "1" }, items: null };
  assertEquals(classify({ verb: "list", resource: PODS }, { status: 200, body: empty }).items, []);
});
