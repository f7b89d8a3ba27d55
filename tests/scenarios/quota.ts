/** A namespace in which deleted pods stay away, although their sets would make them again. */
import { pod } from "./manifests.ts";
import type { Stage } from "./stage.ts";

/** From now on no pod is let into the stage's namespace. */
export async function admitNoPods(s: Stage): Promise<void> {
  await s.create({
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "none" },
    spec: { hard: { pods: "0" } },
  });
  // A quota is in force only once the API server's admission has seen it.
  await s.eventually("no pod is let in", async () => {
    const { outcome } = await s.tries(pod("probe"));
    if (outcome !== "ok") return true;
    await s.remove("Pod", "probe");
    await s.gone("Pod", "probe");
    return false;
  });
}
