/** Tests that share one cluster, on which one operator works. */
import { toStderr } from "../../tools/control_plane/progress.ts";
import type { OperatorProcess } from "../control_plane/operator.ts";
import { type ClusterOptions, startCluster } from "./cluster.ts";
import { Scene } from "./scene.ts";

export interface Stage {
  readonly scene: Scene;
  /** Leads. */
  readonly operator: OperatorProcess;
}

/**
 * `const test = withOperator(); test("sentence", async ({ scene }) => { … })`
 *
 * The cluster starts with the first test of the file and ends with the file. After every test the register is verified as a whole.
 */
export function withOperator(options: ClusterOptions = {}) {
  let shared: Promise<Stage> | undefined;
  return (name: string, body: (stage: Stage) => Promise<void>): void =>
    Deno.test({
      name,
      // Watches and the nodes go on from test to test.
      sanitizeOps: false,
      sanitizeResources: false,
      async fn() {
        const stage = await (shared ??= start(options));
        try {
          await body(stage);
          await stage.scene.verify();
        } catch (error) {
          throw new Error(`${error instanceof Error ? error.message : error}\n${await complaints(stage)}`, {
            cause: error,
          });
        }
      },
    });
}

async function start(options: ClusterOptions): Promise<Stage> {
  const scene = new Scene(await startCluster({ log: toStderr, ...options }));
  const operator = scene.cluster.replica("operator");
  await operator.start();
  return { scene, operator };
}

/** What the operator's log has to say about it. */
async function complaints({ operator }: Stage): Promise<string> {
  const lines = (await Deno.readTextFile(operator.logFile)).trimEnd().split("\n");
  return lines.filter((line) => !line.includes('"level":"INFO"')).slice(-15).join("\n");
}
