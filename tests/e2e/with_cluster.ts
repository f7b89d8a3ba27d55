/** Tests that share one cluster. */
import { toStderr } from "../../tools/control_plane/progress.ts";
import { type ClusterOptions, startCluster } from "./cluster.ts";
import { Scene } from "./scene.ts";

export interface SharedOptions extends ClusterOptions {
  /** Whether an operator works on it from beginning to end. @default true */
  readonly operator?: boolean;
  /** Its options. @default alone, and leading */
  readonly args?: readonly string[];
}

/**
 * `const test = withCluster(); test("sentence", async (scene) => { … })`
 *
 * The cluster starts with the first test of the file and ends with the file. After every test the register is verified as a whole.
 */
export function withCluster(options: SharedOptions = {}) {
  let shared: Promise<Scene> | undefined;
  return (name: string, body: (scene: Scene) => Promise<void>): void =>
    Deno.test({
      name,
      // Watches and the nodes go on from test to test.
      sanitizeOps: false,
      sanitizeResources: false,
      async fn() {
        const scene = await (shared ??= start(options));
        try {
          await body(scene);
          await scene.verify();
        } catch (error) {
          const message = error instanceof Error ? error.message : error;
          throw new Error(`${message}\n${await scene.cluster.complaints()}`, { cause: error });
        }
      },
    });
}

async function start({ operator = true, args, ...options }: SharedOptions): Promise<Scene> {
  const cluster = await startCluster({ log: toStderr, ...options });
  const replica = operator ? cluster.replica("operator", args) : undefined;
  await replica?.start();
  return new Scene(cluster, replica);
}
