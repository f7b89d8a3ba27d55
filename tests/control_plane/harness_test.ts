import { assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { eventually } from "./eventually.ts";
import { withControlPlane } from "./harness.ts";

Deno.test(
  "all CRDs of this project are established",
  withControlPlane(async ({ kubectl }) => {
    const names = await kubectl(["api-resources", "--api-group=kubeovn.io", "-o", "name"]);
    for (const plural of ["subnets", "vpcs", "ips"]) assertStringIncludes(names, `${plural}.kubeovn.io`);
  }),
);

Deno.test(
  "every test gets namespaces of its own, on the same control plane",
  withControlPlane(async ({ kubectl, namespace }) => {
    const [one, other] = [await namespace(), await namespace()];
    assertNotEquals(one, other);
    await kubectl(["-n", one, "create", "configmap", "mine"]);
    assertEquals(await kubectl(["-n", other, "get", "configmap", "mine", "--ignore-not-found"]), "");
  }),
);

Deno.test(
  "kubectl reads objects from standard input and its failures carry what it said",
  withControlPlane(async ({ kubectl, namespace }) => {
    const metadata = { name: "piped", namespace: await namespace() };
    await kubectl(["apply", "-f", "-"], { stdin: { apiVersion: "v1", kind: "ConfigMap", metadata } });
    await assertRejects(
      () => kubectl(["get", "configmap", "absent"]),
      Error,
      'configmaps "absent" not found',
    );
  }),
);

Deno.test("what does not happen in time is reported with what was seen last", async () => {
  let count = 0;
  const failure = await assertRejects(
    () => eventually("the count is a hundred", () => assertEquals(++count, 100), { within: 120 }),
    Error,
    "not within 0.12 s: the count is a hundred",
  );
  assertStringIncludes(failure.message, `${count} !== 100`);
});
