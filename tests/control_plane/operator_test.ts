import { assertEquals } from "@std/assert";
import { eventually } from "./eventually.ts";
import { withControlPlane, type World } from "./harness.ts";
import { operator } from "./operator.ts";

/** The addresses that the pods of a namespace show; the test fails while one has none. */
async function addresses({ kubectl }: World, namespace: string): Promise<string[]> {
  const { items } = JSON.parse(await kubectl(["-n", namespace, "get", "pods", "-o", "json"]));
  return items.map(({ metadata: { name, annotations = {} } }: {
    metadata: { name: string; annotations?: Record<string, string> };
  }) => {
    const address = annotations["ovn.kubernetes.io/ip_address"];
    if (annotations["ovn.kubernetes.io/allocated"] !== "true" || !address) {
      throw new Error(`${name} has no address`);
    }
    return address;
  });
}

Deno.test(
  "an operator that is killed and started again goes on where it was",
  withControlPlane(async (world) => {
    const { plane, kubectl } = world;
    const namespace = await world.namespace();
    const scale = (replicas: number) =>
      kubectl(["-n", namespace, "scale", "deployment", "web", `--replicas=${replicas}`]);
    const distinct = (count: number) =>
      eventually(`${count} pods have ${count} addresses`, async () => {
        const all = await addresses(world, namespace);
        assertEquals(new Set(all).size, count);
        return all;
      });

    // A lease would keep the new process waiting for as long as the old one might still be alive.
    const process = operator(plane, { args: ["--no-lease"] });
    await process.start();
    await kubectl(["-n", namespace, "create", "deployment", "web", "--image=none", "--replicas=3"]);
    const before = await distinct(3);

    await process.kill();
    await scale(6);
    await process.start();
    const after = await distinct(6);
    assertEquals(before.filter((address) => !after.includes(address)), []);
  }),
);
