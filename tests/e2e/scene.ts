/** What tests do to a cluster, and how they look at it. */
import { assertEquals } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { type Node, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { kinds } from "../../crds/mod.ts";
import { publishedBy } from "../../crds/published.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Client, Json } from "../../kube/api.ts";
import type { Resource } from "../../kube/resource.ts";
import { compareVersions, type Key, keyOf, type Kind, type Obj } from "../../reconcile/kind.ts";
import { eventually } from "../control_plane/eventually.ts";
import type { OperatorProcess } from "../control_plane/operator.ts";
import { writesIn } from "./audit.ts";
import { type Cluster, OPERATOR } from "./cluster.ts";
import { isReady, type Objects, violations } from "./invariants.ts";
import { replay } from "./history.ts";
import { DEPLOYMENTS, EVENTS, FLOWS, PRIORITIES } from "./manifests.ts";

const RESOURCES: ReadonlyMap<string, Resource> = new Map(
  [...kinds, DEPLOYMENTS, PRIORITIES, FLOWS].map((resource) => [resource.kind, resource]),
);

export interface NamespaceOptions {
  readonly labels?: Readonly<Record<string, string>>;
}

export class Scene {
  /** Names of records that a test changed or deleted by hand: their owners are not judged at every commit, only at rest. */
  readonly touched: string[] = [];
  #namespaces = 0;
  #judgedAfter = "0";

  /** @param operator works on the cluster from beginning to end. */
  constructor(readonly cluster: Cluster, readonly operator?: OperatorProcess) {}

  /** @throws Error when the API server does not want it. */
  async create(...bodies: readonly Json[]): Promise<void> {
    await Promise.all(bodies.map(async (body) => {
      const resource = RESOURCES.get(body.kind)!;
      const answer = await this.cluster.client.send({ verb: "create", resource, body, manager: "user" });
      assertEquals(answer.outcome, "ok", `${body.kind} ${keyOf(body)}: ${answer.message}`);
    }));
  }

  /** A new one with a name that nobody else has. */
  async namespace(prefix = "ns", { labels = {} }: NamespaceOptions = {}): Promise<string> {
    const name = `${prefix}-${++this.#namespaces}`;
    await this.create({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
    return name;
  }

  async merge(resource: Resource, key: Key, body: Json): Promise<void> {
    const answer = await this.cluster.client.send({ verb: "merge", resource, key, body, manager: "user" });
    assertEquals(answer.outcome, "ok", `${resource.kind} ${key}: ${answer.message}`);
  }

  /** Does not wait for its end; that it is gone already is fine. */
  async remove(resource: Resource, key: Key, client: Client = this.cluster.client): Promise<void> {
    const { outcome, message } = await client.send({
      verb: "delete",
      resource,
      key,
      propagationPolicy: "Background",
    });
    assertEquals(outcome === "ok" || outcome === "gone", true, `${resource.kind} ${key}: ${message}`);
  }

  get<T extends Obj>(kind: Kind<T>, key: Key): T {
    const object = this.cluster.journal.get(kind, key);
    if (!object) throw new Error(`there is no ${kind.kind} ${key}`);
    return object;
  }

  /** Waits until the journal shows it: it follows what was answered, each kind by itself. */
  async seen<T extends Obj>(kind: Kind<T>, key: Key): Promise<T> {
    return await eventually(`${kind.kind} ${key} is seen`, () => this.get(kind, key));
  }

  podsOf(namespace: string): readonly Pod[] {
    return this.cluster.journal.of(Pod).filter((pod) => pod.metadata.namespace === namespace);
  }

  /** How many pods of a namespace have addresses. */
  toldIn(namespace: string): number {
    return this.podsOf(namespace).filter((pod) => publishedBy(pod).length > 0).length;
  }

  /** Addresses of a Pod or Node as it shows them, in order. */
  addressesOf(owner: Pod | Node): readonly string[] {
    return publishedBy(owner).map(({ address }) => address);
  }

  async ready(subnet: string): Promise<Subnet> {
    return await eventually(`Subnet ${subnet} is Ready`, () => {
      const object = this.get(Subnet, subnet);
      return isReady(object) ? object : Promise.reject(new Error(JSON.stringify(object.status?.conditions)));
    });
  }

  /** Waits until just so many pods of a namespace run, and nothing else is left of it. @returns them. */
  async running(namespace: string, count: number): Promise<readonly Pod[]> {
    return await eventually(`${count} pods run in ${namespace}`, () => {
      const pods = this.podsOf(namespace);
      const running = pods.filter((pod) =>
        pod.status?.phase === "Running" && !pod.metadata.deletionTimestamp
      );
      const told = pods.filter((pod) => publishedBy(pod).length > 0).length;
      assertEquals([pods.length, told, running.length], [count, count, count], "pods, told, running");
      return running;
    });
  }

  /** Waits until nothing of a Subnet is in use. */
  async emptied(subnet: string): Promise<void> {
    const { journal } = this.cluster;
    await eventually(`0 IP records and 0 claims in Subnet ${subnet}`, () => {
      const records = journal.of(IP).filter(({ spec }) => spec.subnet === subnet);
      const claims = journal.of(AddressClaim).filter(({ spec }) => spec.subnet === subnet);
      assertEquals([records.length, claims.length], [0, 0]);
    });
  }

  /** All that the operator said about an object, oldest first, as `Warning AcquireAddressFailed …`. */
  async eventsOf({ metadata: { uid, namespace = "default" } }: Obj): Promise<readonly string[]> {
    const fieldSelector = `involvedObject.uid=${uid}`;
    const { items = [] } = await this.cluster.client.send({
      verb: "list",
      resource: EVENTS,
      namespace,
      fieldSelector,
    });
    const time = (event: Json) => event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp;
    return items.toSorted((a, b) => time(a) < time(b) ? -1 : 1)
      .map((event: Json) => `${event.type} ${event.reason} ${event.message}`);
  }

  /** Waits until the operator has said this about an object. */
  async said(object: Obj, part: string): Promise<string> {
    return await eventually(`${keyOf(object)} is told "${part}"`, async () => {
      const said = await this.eventsOf(object);
      return said.find((line) => line.includes(part)) ??
        Promise.reject(new Error(said.join("\n") || "nothing"));
    });
  }

  /** Everything, by reads that see all that was acknowledged. */
  async everything(): Promise<Objects> {
    const all = new Map(
      await Promise.all(kinds.map(async (resource) => {
        const { items, message, status } = await this.cluster.client.send({ verb: "list", resource });
        if (status === 404 && resource.optional) return [resource.kind, []] as const;
        if (!items) throw new Error(`${resource.kind}: ${message}`);
        return [resource.kind, items] as const;
      })),
    );
    return { of: <T extends Obj>(kind: Kind<T>) => all.get(kind.kind) as unknown as readonly T[] };
  }

  /** What was committed until now is not judged: the operator was not there, or could not help it. */
  forgive(): void {
    const versions = this.cluster.journal.commits.map(({ version }) => version);
    this.#judgedAfter = versions.reduce((a, b) => compareVersions(a, b) > 0 ? a : b, "0");
  }

  /** The register is right now, once the last writes are through, and was right after every commit. */
  async verify(): Promise<void> {
    const { journal } = this.cluster;
    await eventually("the register comes to rest and is right", async () => {
      const all = await this.everything();
      assertEquals(violations(all), []);
      for (const kind of kinds) {
        const versions = (objects: readonly Obj[]) =>
          objects.map((object) => `${keyOf(object)} ${object.metadata.resourceVersion}`).sort();
        assertEquals(
          versions(journal.of(kind as Kind)),
          versions(all.of(kind as Kind)),
          "the journal lags behind",
        );
      }
    });
    const { touched } = this, after = this.#judgedAfter;
    assertEquals(replay(journal.commits, { after, touched }).slice(0, 10), []);
  }

  /** The operator writes nothing, not even what would change nothing, from before `act` until some seconds after it. */
  async silent(act: () => Promise<void> | void): Promise<void> {
    const { plane } = this.cluster;
    const written = async () =>
      (await writesIn(plane.auditLog)).filter(({ user, resource }) =>
        user === OPERATOR && resource !== "leases"
      );
    let before = -1;
    await eventually("the last Events are posted", async () => {
      const former = before;
      await new Promise((resolve) => setTimeout(resolve, SILENT_MS));
      return (before = (await written()).length) === former;
    });
    await act();
    await new Promise((resolve) => setTimeout(resolve, SILENT_MS));
    assertEquals((await written()).slice(before), [], "written at rest");
  }
}

/** Longer than counters are held back, and than most first retries. */
const SILENT_MS = 5_000;

/** Since then, as `1.2 s`. */
export const seconds = (began: number): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;
