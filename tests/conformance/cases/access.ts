/** Rights, and who asks for them: an answer on the spot, of which nothing is kept. */
import { assertEquals } from "@std/assert";
import { AccessReview, useKey } from "../../../crds/access_review.ts";
import { eventually } from "../../control_plane/eventually.ts";
import { ClusterRole, ClusterRoleBinding, lent, lentTo } from "../../rights.ts";
import { type Case, expect, made, MANAGER, type World } from "../world.ts";

/** Whether an account of the world's namespace may use Subnet `lent`, as the operator asks. */
async function asked({ client, namespace }: World, account: string, metadata: object = {}) {
  const key = useKey({ namespace, account, resource: "subnets", name: "lent" });
  const { apiVersion, kind, asked } = AccessReview,
    body = { apiVersion, kind, metadata, spec: asked!.spec(key) };
  return await client.send({ verb: "create", resource: AccessReview, body, manager: MANAGER });
}

export const asking: readonly Case[] = [
  {
    name: "a review of access is answered with the verdict, the reason, and neither uid nor version",
    async run(world) {
      const { namespace: name } = world;
      await made(world, ClusterRole, lent(name, "subnets/lent"));
      await made(world, ClusterRoleBinding, lentTo(name, `${name}/builder`));
      await eventually("the right is known", async () => {
        const { status } = expect(await asked(world, "builder"), 201);
        assertEquals(status, {
          allowed: true,
          reason:
            `RBAC: allowed by ClusterRoleBinding "${name}" of ClusterRole "${name}" to ServiceAccount "builder/${name}"`,
        });
      });
      const { metadata, status } = expect(await asked(world, "default"), 201);
      assertEquals([metadata.uid, metadata.resourceVersion, status], [undefined, undefined, {
        allowed: false,
      }]);
    },
  },
  {
    name: "a review of access has no name",
    async run(world) {
      const answer = await asked(world, "default", { name: "a" });
      expect(answer, { status: 422, reason: "Invalid", outcome: "invalid" });
    },
  },
];
