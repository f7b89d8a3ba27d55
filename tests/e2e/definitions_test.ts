/** Our CustomResourceDefinitions: missing, judging what users write, and removed from under a running operator. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { IP } from "../../crds/ip.ts";
import { publishedBy } from "../../crds/published.ts";
import type { Client, Json } from "../../kube/api.ts";
import type { Kind } from "../../reconcile/kind.ts";
import { eventually } from "../control_plane/eventually.ts";
import { installCrds } from "../control_plane/harness.ts";
import type { OperatorProcess } from "../control_plane/operator.ts";
import { type Example, examples } from "../crds/examples.ts";
import { deployment } from "./manifests.ts";
import { withCluster } from "./with_cluster.ts";

// Without policies, also where others have them: claims are written and definitions removed, which they refuse.
const test = withCluster({ operator: false, crds: false, nodes: 2, policies: [] });

test("an operator that is started before its CRDs says so, and begins when they are there", async (scene) => {
  const operator = scene.cluster.replica("early"), ready = operator.start();
  await eventually("it says what to install", async () => {
    assertStringIncludes(await readyz(operator), "Subnet is not served: install the CRDs");
  });
  const namespace = await scene.namespace("early");
  await scene.create(deployment(`${namespace}/web`, 3));
  await installCrds(scene.cluster.kubectl);
  await ready;
  await scene.running(namespace, 3);
  await scene.verify();
  await operator.stop();
});

test(`the API server accepts and refuses ${examples.length} examples as they say`, async ({ cluster: { client } }) => {
  const wrong: string[] = [];
  for (const example of examples) {
    const problem = await judge(client, example);
    if (problem) wrong.push(`${example.title}: ${problem}`);
  }
  assertEquals(wrong, []);
});

for (const kind of [IP, AddressClaim] as readonly Kind[]) {
  test(`${kind.plural} removed while it runs stop it; put back, every pod has its own address and no other`, async (scene) => {
    const { cluster } = scene,
      operator = cluster.replica(kind.plural),
      crd = `${kind.plural}.${kind.apiVersion.split("/")[0]}`;
    await operator.start();
    const namespace = await scene.namespace("removed");
    await scene.create(deployment(`${namespace}/before`, 10));
    const before = new Map(
      (await scene.running(namespace, 10)).map((pod) => [pod.metadata.name, publishedBy(pod)]),
    );

    await cluster.kubectl(["delete", "crd", crd]);
    await eventually("it is not ready, and says why", async () => {
      assertStringIncludes(await readyz(operator), `${kind.kind} is not served`);
    });
    await scene.create(deployment(`${namespace}/after`, 10));
    await eventually("ten pods wait", () => scene.podsOf(namespace).length === 20);
    assertEquals(scene.toldIn(namespace), 10);

    await installCrds(cluster.kubectl);
    const pods = await scene.running(namespace, 20);
    for (const pod of pods) {
      const known = before.get(pod.metadata.name);
      if (known) assertEquals(publishedBy(pod), known, pod.metadata.name);
    }
    assertEquals(new Set(pods.flatMap((pod) => publishedBy(pod).map((p) => p.address))).size, 20);
    await eventually("records and claims are there again", () => {
      for (const known of [IP, AddressClaim] as readonly Kind[]) {
        assert(cluster.journal.of(known).length >= 20, `${cluster.journal.of(known).length} ${known.plural}`);
      }
    });
    scene.forgive();
    await scene.verify();
    await operator.stop();
  });
}

/** `undefined`, or what went otherwise than the example says. Nothing is left of it. */
async function judge(
  client: Client,
  { kind, name, before, body, refused, stored = body }: Example,
): Promise<string | undefined> {
  const { apiVersion } = kind,
    object = (fields: Json, more: Json = {}) => ({
      apiVersion,
      kind: kind.kind,
      ...fields,
      metadata: { name, ...more },
    });
  const create = (fields: Json) =>
    client.send({ verb: "create", resource: kind, body: object(fields), manager: "user" });
  try {
    const first = before ? await create(before) : undefined;
    if (first && first.outcome !== "ok") return `what was before is refused: ${first.message}`;
    const { resourceVersion } = first?.object?.metadata ?? {};
    const answer = first
      ? await client.send({
        verb: "update",
        resource: kind,
        body: object(body, { resourceVersion }),
        manager: "user",
      })
      : await create(body);
    if (refused !== undefined) {
      const isRefused = answer.status === 422 && answer.message.includes(refused);
      return isRefused ? undefined : `answered ${answer.status} ${answer.message}`;
    }
    if (answer.outcome !== "ok") return `refused: ${answer.message}`;
    const { apiVersion: _, kind: __, metadata: ___, ...rest } = answer.object as Json;
    assertEquals(rest, stored as Json);
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.send({ verb: "delete", resource: kind, key: name });
  }
}

async function readyz({ url }: OperatorProcess): Promise<string> {
  return await (await fetch(`${url}/readyz`)).text();
}
