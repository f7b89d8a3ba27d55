/** `deno task soak`: two operators behind a proxy that loses, delays and refuses, on a real API server, while pods live and die. */
import { parseArgs } from "node:util";
import { AddressClaim } from "../../crds/address_claim.ts";
import { StatefulSet } from "../../crds/foreign.ts";
import { holderKinds } from "../../crds/holders.ts";
import { IP } from "../../crds/ip.ts";
import { DEFAULT_SUBNET, JOIN_SUBNET } from "../../crds/defaults.ts";
import { Subnet } from "../../crds/subnet.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import type { Json } from "../../kube/api.ts";
import type { Kind } from "../../reconcile/kind.ts";
import { toStderr } from "../../tools/control_plane/progress.ts";
import { random } from "../conformance/random.ts";
import { applied } from "../control_plane/kubectl.ts";
import { startCluster } from "../e2e/cluster.ts";
import { eventually } from "../control_plane/eventually.ts";
import type { Journal } from "../e2e/journal.ts";
import { Scene, seconds } from "../e2e/scene.ts";
import { others } from "../scenarios/others.ts";
import { resourceOf } from "../scenarios/resources.ts";
import { LIVES, standing } from "./lives.ts";
import { machines } from "./machines.ts";
import { startProxy } from "./proxy.ts";
import { decided, judge } from "./recorded.ts";
import { type Blows, blows, lives, pause, podLives, scalings, statefulSet } from "./users.ts";

const HELP =
  `Two operators with a lease, a real API server, and between them a proxy that loses requests before and after they
took effect, delays and refuses them, and cuts watches. Meanwhile pods live and die, with one network or two, of pools, with addresses
of their own and with Vips; StatefulSets are scaled, machines started and stopped; Vips, gateways, EIPs, rules, pools, reservations and
Subnets come and go; and replicas are killed (SIGKILL) and frozen (SIGSTOP). At the end everything heals and comes to rest. Every
invariant that a recorded watch can decide is judged at every commit, or at rest; at last users delete everything, and nothing may be
left. Exits 1 otherwise.

  --pods N       lives of pods (2000)
  --scalings N   of StatefulSets (300)
  --minutes N    no longer than that (20)
  --seed N       of all decisions (1); their order also depends on the machine, so a seed does not repeat a run exactly
  --help         this text`;

/** Longer than counters are held back, and than most retries. */
const QUIET_MS = 5_000;

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
  await applied(cluster.kubectl, others.items);
  await using proxy = await startProxy({ ...cluster.plane, random: random(seed + 1) });
  const kubeconfig = await behind(proxy.url, `${cluster.plane.folder}/operator.kubeconfig`);
  // Blocks small enough to be judged address by address.
  const blocks = ["--default-cidr", "10.16.0.0/24", "--node-switch-cidr", "100.64.0.0/24"];
  const replicas = ["one", "two"].map((name) =>
    cluster.replica(name, ["--kubeconfig", kubeconfig, ...blocks])
  );
  await Promise.all(replicas.map((replica) => replica.start()));
  const scene = new Scene(cluster), namespace = await scene.namespace("soak");
  const sets = ["a", "b", "c", "d", "e"].map((name) => `${namespace}/${name}`);
  const inTwo = { "k8s.v1.cni.cncf.io/networks": `${namespace}/one` };
  const list = { "ovn.kubernetes.io/ip_pool": "10.100.0.220,10.100.0.221,10.100.0.222,10.100.0.223" };
  const asks = [{}, {}, inTwo, inTwo, list];
  const create = async (body: Json) => {
    const resource = resourceOf(body.kind);
    const { outcome, message } = await cluster.client.send({
      verb: "create",
      resource,
      body,
      manager: "user",
    });
    if (outcome !== "ok") throw new Error(`${body.kind} ${body.metadata.name}: ${message}`);
  };
  for (const body of [...standing({ namespace }), ...sets.map((key, i) => statefulSet(key, asks[i]))]) {
    await create(body);
  }

  const stop = new AbortController(), done: Record<string, number> = { pods: 0, scalings: 0, machines: 0 };
  const counts: Blows = { kills: 0, freezes: 0 };
  const users = { client: cluster.client, random: draw, namespace, signal: stop.signal };
  const deadline = setTimeout(() => stop.abort(), Number(values.minutes) * 60_000);
  const count = (what: string) => () => void (done[what] = (done[what] ?? 0) + 1);
  const told = () =>
    Object.entries({ ...done, ...counts }).map(([what, n]) => `${n} ${what}`).join(
      ", ",
    );
  const progress = setInterval(() => console.log(`soak: ${seconds(began)}, ${told()}`), 15_000);
  const trouble = blows(users, replicas, counts);
  const others_ = [
    machines(users, count("machines")),
    ...Object.entries(LIVES).map(([name, life]) => lives(users, life, count(`${name} lives`))),
  ];
  await Promise.all([
    podLives(users, Number(values.pods), count("pods")),
    scalings(users, { sets, count: Number(values.scalings), scaled: count("scalings") }),
  ]);
  clearTimeout(deadline);
  stop.abort();
  await Promise.all([trouble, ...others_]);
  proxy.heal();
  const healed = performance.now(), wrong: string[] = [];
  const must = (rule: Promise<unknown>) => rule.catch((error: Error) => void wrong.push(error.message));
  const { journal } = cluster;
  await must(eventually("everything comes to rest and is right", async () => {
    await quiet(journal);
    const { atRest } = judge(journal.commits);
    return atRest.length === 0 || Promise.reject(new Error(atRest.join("; ")));
  }));
  const converged = seconds(healed);
  for (const key of sets) await scene.remove(StatefulSet, key);
  await cluster.kubectl(["delete", "pods", "--all", "-n", namespace, "--force", "--grace-period=0"]);
  for (const { kind, metadata: { name } } of standing({ namespace }).toReversed()) {
    const resource = resourceOf(kind), key = resource.namespaced ? `${namespace}/${name}` : name;
    await cluster.client.send({ verb: "delete", resource, key });
  }
  await must(eventually("nothing of all this is left", () => {
    const left = leftovers(journal);
    return left.length === 0 || Promise.reject(new Error(left.slice(0, 10).join("; ")));
  }));
  clearInterval(progress);
  wrong.push(...judge(journal.commits).always);

  const faults = [...proxy.counts].filter(([fault]) => fault !== "none").map(([fault, n]) => `${n} ${fault}`)
    .join(", ");
  console.log(`soak: seed ${seed}, ${seconds(began)}: ${told()}`);
  console.log(`soak: faults that took effect: ${faults}`);
  console.log(
    `soak: ${journal.commits.length} commits recorded (${journal.gaps} gaps), at rest ${converged} after everything healed`,
  );
  console.log(`soak: judged ${decided.join(" ")} L13`);
  for (const what of wrong) console.log(`soak: VIOLATION ${what}`);
  console.log(`soak: ${wrong.length} violations`);
  if (wrong.length > 0) console.log(await cluster.complaints());
  return wrong.length > 0 ? 1 : 0;
}

/** Until nothing has been written for a while. */
async function quiet(journal: Journal): Promise<void> {
  for (let before = -1; before !== journal.commits.length;) {
    before = journal.commits.length;
    await pause(QUIET_MS);
  }
}

/** L13: of all that users made nothing is left but what the operator creates for itself. */
function leftovers(journal: Journal): readonly string[] {
  const own = new Set([DEFAULT_SUBNET, JOIN_SUBNET]);
  const held = [IP, AddressClaim].flatMap((kind) =>
    journal.of<IP | AddressClaim>(kind as Kind<IP | AddressClaim>).filter(({ spec }) =>
      spec.subnet !== JOIN_SUBNET
    )
  );
  const objects = [...holderKinds.map(({ kind }) => kind), Subnet, VpcNatGateway].flatMap((kind) =>
    journal.of(kind as Kind).filter((object) => kind !== Subnet as Kind || !own.has(object.metadata.name))
  );
  return [...held, ...objects].map((object) => `${object.kind} ${object.metadata.name}`);
}

/** The operator's own kubeconfig, by way of the proxy. */
async function behind(server: string, kubeconfig: string): Promise<string> {
  const config = JSON.parse(await Deno.readTextFile(kubeconfig)), file = `${kubeconfig}.proxy`;
  config.clusters = [{ name: "test", cluster: { server } }];
  await Deno.writeTextFile(file, JSON.stringify(config));
  return file;
}
