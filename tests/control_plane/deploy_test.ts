/** deploy/, as `kubectl apply -k` installs it. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Json } from "../../kube/api.ts";
import { withControlPlane } from "./harness.ts";
import { kustomize } from "./kustomize.ts";

const DEPLOY = new URL("../../deploy", import.meta.url).pathname;

for (const overlay of ["overlays/kind", "overlays/cluster"]) {
  Deno.test(
    `deploy: the API server takes all of ${overlay}, and its policies type-check`,
    withControlPlane(async ({ plane, kubectl }) => {
      const items = await kustomize(plane, overlay);
      await kubectl(["apply", "-f", "-"], { stdin: { apiVersion: "v1", kind: "List", items } });
      const policies = items.filter(({ kind }) => kind === "ValidatingAdmissionPolicy");
      assert(policies.length >= 8);
      for (const { metadata: { name } } of policies) {
        const checked = [
          "wait",
          "validatingadmissionpolicy",
          name,
          "--for=jsonpath={.status.observedGeneration}",
        ];
        await kubectl([...checked, "--timeout=120s"]);
        const warnings = "jsonpath={.status.typeChecking.expressionWarnings}";
        assertEquals(await kubectl(["get", "validatingadmissionpolicy", name, "-o", warnings]), "", name);
      }
      await kubectl(["delete", "-f", "-"], { stdin: { apiVersion: "v1", kind: "List", items } });
    }),
  );
}

Deno.test(
  "deploy: the pod is restricted, and on the host's network in nothing but that",
  withControlPlane(async ({ plane, kubectl }) => {
    await kubectl(["create", "namespace", "restricted"]);
    await kubectl(["label", "namespace", "restricted", "pod-security.kubernetes.io/enforce=restricted"]);
    const create = async (overlay: string) => {
      const { spec: { template } } = (await kustomize(plane, overlay)).find(({ kind }) =>
        kind === "Deployment"
      )!;
      const stdin = { apiVersion: "v1", kind: "Pod", metadata: { name: "cadastre" }, spec: template.spec };
      return await kubectl(["create", "-n", "restricted", "--dry-run=server", "-f", "-"], { stdin });
    };
    assertStringIncludes(await create("base"), "created");
    assertStringIncludes(await create("overlays/kind"), "created");
    const { message } = await assertRejects(() => create("overlays/cluster"), Error);
    assertStringIncludes(message, "host namespaces (hostNetwork=true)");
    for (const other of ["runAsNonRoot", "seccompProfile", "capabilities", "allowPrivilegeEscalation"]) {
      assert(!message.includes(other), message);
    }
  }),
);

Deno.test(
  "deploy: one line says in which namespace it runs; accounts, roles, monitoring and policies follow",
  withControlPlane(async ({ plane }) => {
    const copy = await Deno.makeTempDir();
    await new Deno.Command("cp", { args: ["-r", `${DEPLOY}/.`, copy] }).output();
    await edit(`${copy}/base/kustomization.yaml`, ["namespace: kube-system", "namespace: elsewhere"]);
    // All components, in another order than ours.
    await edit(`${copy}/overlays/cluster/kustomization.yaml`, ["  - ../../components/host-network\n", ""], [
      "  # - ../../components/service-monitor\n  # - ../../components/isolate-namespaces\n",
      "  - ../../components/service-monitor\n  - ../../components/host-network\n",
    ], [
      "components:\n",
      "components:\n  - ../../components/isolate-namespaces\n  - ../../components/nat-nftables\n",
    ]);
    const items = await kustomize(plane, `${copy}/overlays/cluster`);
    await Deno.remove(copy, { recursive: true });
    assertEquals(items.filter((item) => JSON.stringify(item).includes("kube-system")), []);
    const accounts = items.flatMap(({ spec }) => spec?.matchConditions ?? [])
      .filter(({ name }: Json) => name === "account").map(({ expression }: Json) => expression.split("'")[1]);
    assert(accounts.length >= 8);
    assertEquals(new Set(accounts), new Set(["system:serviceaccount:elsewhere:cadastre"]));
    assert(items.some(({ kind }) => kind === "ServiceMonitor"));
    const [{ args }] = items.find(({ kind }) => kind === "Deployment")!.spec.template.spec.containers;
    assertEquals(args.slice(-2), ["--isolate-namespaces", "--nat-data-plane=nftables"]);
    const bound = items.flatMap(({ subjects }) => subjects ?? []).map(({ namespace }: Json) => namespace);
    assertEquals(bound, ["elsewhere", "elsewhere"]);
  }),
);

/** Replaces texts that must be there. */
async function edit(
  file: string,
  ...changes: readonly (readonly [from: string, to: string])[]
): Promise<void> {
  let text = await Deno.readTextFile(file);
  for (const [from, to] of changes) {
    assertStringIncludes(text, from);
    text = text.replace(from, to);
  }
  await Deno.writeTextFile(file, text);
}
