/** `deno task soak`: two operators behind a proxy that loses, delays and refuses, on a real API server, while pods live and die. */
import { parseArgs } from "node:util";
import { StatefulSet } from "../../crds/foreign.ts";
import { toStderr } from "../../tools/control_plane/progress.ts";
import { random } from "../conformance/random.ts";
import { startCluster } from "../e2e/cluster.ts";
import { replay } from "../e2e/history.ts";
import { subnet } from "../e2e/manifests.ts";
import { Scene, seconds } from "../e2e/scene.ts";
import { identities } from "./identity.ts";
import { startProxy } from "./proxy.ts";
import { type Blows, blows, podLives, scalings, statefulSet } from "./users.ts";

const HELP =
  `Two operators with a lease, a real API server, and between them a proxy that loses requests before and after they
took effect, delays and refuses them, and cuts watches. Meanwhile pods are created and deleted, StatefulSets are scaled, and replicas
are killed (SIGKILL) and frozen (SIGSTOP). At the end everything heals and comes to rest; then S1, S2 and S6 are judged at every commit
that a watch has recorded, and S2, L2 and L4 at rest, and the register must be empty when all pods are gone. Exits 1 otherwise.

  --pods N       lives of pods (2000)
  --scalings N   of StatefulSets (300)
  --minutes N    no longer than that (20)
  --seed N       of all decisions (1); their order also depends on the machine, so a seed does not repeat a run exactly
  --help         this text`;

const { values } = parseArgs({
  options: {
    pods: { type: "string", default: "2000" },
    scalings: { type: "string", default: "300" },
    minutes: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(HELP);
else Deno.exit(await soak());

async function soak(): Promise<number> {
  const seed = Number(values.seed), draw = random(seed), began = performance.now();
  await using cluster = await startCluster({ log: toStderr, nodes: 3 });
  await using proxy = await startProxy({ ...cluster.plane, random: random(seed + 1) });
  const kubeconfig = await behind(proxy.url, `${cluster.plane.folder}/operator.kubeconfig`);
  const replicas = ["one", "two"].map((name) => cluster.replica(name, ["--kubeconfig", kubeconfig]));
  await Promise.all(replicas.map((replica) => replica.start()));
  const scene = new Scene(cluster), namespace = await scene.namespace("soak");
  await scene.create(
    subnet("soak", { cidrBlock: "10.100.0.0/24,fd64:100::/112", namespaces: [namespace] }),
    ...["a", "b", "c", "d", "e"].map((name) => statefulSet(`${namespace}/${name}`)),
  );
  const sets = ["a", "b", "c", "d", "e"].map((name) => `${namespace}/${name}`);

  const stop = new AbortController(),
    done = { pods: 0, scalings: 0 },
    counts: Blows = { kills: 0, freezes: 0 };
  const users = { client: cluster.client, random: draw, namespace, signal: stop.signal };
  const deadline = setTimeout(() => stop.abort(), Number(values.minutes) * 60_000);
  const progress = setInterval(() => {
    console.log(
      `soak: ${
        seconds(began)
      }, ${done.pods} pods, ${done.scalings} scalings, ${counts.kills} kills, ${counts.freezes} freezes`,
    );
  }, 15_000);
  const trouble = blows(users, replicas, counts);
  await Promise.all([
    podLives(users, Number(values.pods), () => done.pods++),
    scalings(users, { sets, count: Number(values.scalings), scaled: () => done.scalings++ }),
  ]);
  clearTimeout(deadline);
  stop.abort();
  await trouble;
  proxy.heal();
  const healed = performance.now(), wrong: string[] = [];
  const must = (rule: Promise<void>) => rule.catch((error: Error) => void wrong.push(error.message));
  await must(scene.verify());
  const converged = seconds(healed);
  for (const key of sets) await scene.remove(StatefulSet, key);
  await cluster.kubectl(["delete", "pods", "--all", "-n", namespace, "--force", "--grace-period=0"]);
  await must(scene.emptied("soak"));
  clearInterval(progress);
  const { commits, gaps } = cluster.journal;
  wrong.push(...replay(commits), ...identities(commits));

  const faults = [...proxy.counts].filter(([fault]) => fault !== "none").map(([fault, n]) => `${n} ${fault}`)
    .join(", ");
  console.log(
    `soak: seed ${seed}, ${
      seconds(began)
    }: ${done.pods} pods, ${done.scalings} scalings, ${counts.kills} kills, ${counts.freezes} freezes`,
  );
  console.log(`soak: faults that took effect: ${faults}`);
  console.log(
    `soak: ${commits.length} commits recorded (${gaps} gaps), at rest ${converged} after everything healed`,
  );
  for (const what of wrong) console.log(`soak: VIOLATION ${what}`);
  console.log(`soak: ${wrong.length} violations`);
  if (wrong.length > 0) console.log(await cluster.complaints());
  return wrong.length > 0 ? 1 : 0;
}

/** The operator's own kubeconfig, by way of the proxy. */
async function behind(server: string, kubeconfig: string): Promise<string> {
  const config = JSON.parse(await Deno.readTextFile(kubeconfig)), file = `${kubeconfig}.proxy`;
  config.clusters = [{ name: "test", cluster: { server } }];
  await Deno.writeTextFile(file, JSON.stringify(config));
  return file;
}
