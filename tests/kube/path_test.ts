import { assertEquals, assertThrows } from "@std/assert";
import { collectionPath, objectPath } from "../../kube/path.ts";
import { PODS, SUBNETS } from "./requests.ts";

Deno.test("collectionPath() knows core and named groups, one namespace and all", () => {
  assertEquals(collectionPath(PODS), "/api/v1/pods");
  assertEquals(collectionPath(PODS, "prod"), "/api/v1/namespaces/prod/pods");
  assertEquals(collectionPath(SUBNETS), "/apis/kubeovn.io/v1/subnets");
});

Deno.test("objectPath() knows subresources", () => {
  assertEquals(objectPath(PODS, "prod/web-0"), "/api/v1/namespaces/prod/pods/web-0");
  assertEquals(objectPath(SUBNETS, "sn1", "status"), "/apis/kubeovn.io/v1/subnets/sn1/status");
});

Deno.test("objectPath() lets no name lead to another path", () => {
  assertEquals(objectPath(SUBNETS, "a?b#c%d"), "/apis/kubeovn.io/v1/subnets/a%3Fb%23c%25d");
  assertEquals(objectPath(PODS, "prod/a/../b"), "/api/v1/namespaces/prod/pods/a%2F..%2Fb");
  for (const key of ["", ".", "..", "prod/", "prod/..", "../x"]) {
    assertThrows(() => objectPath(PODS, key), RangeError, "no object is named");
  }
});
