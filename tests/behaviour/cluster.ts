/**
 * The whole operator over a cluster in memory, with short words for what its users do and see.
 *
 * @example
 * ```ts
 * const lab = cluster();
 * lab.subnet("red", { cidrBlock: "10.66.0.0/24" });
 * lab.pod("default/web", { logical_switch: "red" });
 * lab.settle();
 * lab.addressOf("default/web"); // 10.66.0.2
 * lab.atRest();
 * ```
 */
import { assertEquals } from "@std/assert";
import type { Policy } from "../../controllers/namespace/isolation.ts";
import { type SeedOptions, seeds, tablesWith } from "../../controllers/mod.ts";
import { type GatewayOptions, GATEWAYS } from "../../controllers/nat/data_plane.ts";
import { AddressClaim } from "../../crds/address_claim.ts";
import { Namespace, NetworkAttachmentDefinition, Node, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { definitions, kinds } from "../../crds/mod.ts";
import { projectionsWith } from "../../crds/projections.ts";
import { rules } from "../../crds/rules.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import { Vlan } from "../../crds/vlan.ts";
import { Vpc } from "../../crds/vpc.ts";
import type { Json } from "../../kube/api.ts";
import { type Condition, type Key, keyOf, type Kind } from "../../reconcile/kind.ts";
import { definitions as definitionEnder } from "../../sandbox/environment/definitions.ts";
import { type Controller, Environment } from "../../sandbox/environment/environment.ts";
import { namespaces as namespaceEnder } from "../../sandbox/environment/namespaces.ts";
import { ApiServer } from "../../sandbox/server.ts";
import { Lab } from "../lab.ts";

const PREFIX = "ovn.kubernetes.io/";
const EPOCH = Date.UTC(2026, 0, 1);
const SECOND = 1000;
/** Longer than any wait that ends by the clock. */
const LONG = 60 * SECOND;

interface PodOptions {
  /** @default n1 */
  readonly node?: string | null;
  /** Whole keys, beside those of the default network. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: Json;
}

export interface ClusterOptions extends SeedOptions, Policy {
  /** Of Kubernetes, beside those that end namespaces and definitions. */
  readonly controllers?: readonly Controller[];
  /** CustomResourceDefinitions, beside our own. */
  readonly served?: readonly Json[];
  readonly gateways?: GatewayOptions;
  /** The address at which pods find the API server, where it is known. */
  readonly apiServer?: string;
}

/** Come to rest, with the default Vpc, the default and the join Subnet. */
export function cluster(options: ClusterOptions = {}): Cluster {
  return new Cluster(options).settle();
}

export class Cluster extends Lab {
  #clock: { seconds: number };
  #environment: Environment;

  /** Before the operator's first step; {@link start} begins anew with all that is there by then. */
  constructor(
    { controllers = [], served = [], gateways = GATEWAYS, isolateNamespaces, apiServer, ...options }:
      ClusterOptions = {},
  ) {
    const clock = { seconds: 0 };
    let uids = 0;
    const server = new ApiServer({
      now: () => new Date(EPOCH + clock.seconds * SECOND).toISOString().replace(".000", ""),
      uid: () => `uid-${uids++}`,
      definitions: [...definitions, ...served],
    });
    super({
      server,
      rules,
      kinds,
      tables: tablesWith({ ...gateways, isolateNamespaces }),
      projections: projectionsWith(apiServer),
      seeds: seeds(options),
    });
    this.#clock = clock;
    this.#environment = new Environment(server, [namespaceEnder, definitionEnder, ...controllers]);
  }

  /** To rest. What is created afterwards is at least a second younger. */
  override settle({ ms = LONG }: { ms?: number } = {}): this {
    this.repeat(() => {
      super.settle({ ms });
      return this.#environment.step();
    });
    this.#clock.seconds++;
    return this;
  }

  /** Somebody sets the clock on the wall forward; nothing that is measured in milliseconds notices. */
  setForward({ hours }: { hours: number }): void {
    this.#clock.seconds += hours * 3600;
  }

  start(): this {
    this.restart();
    return this.settle();
  }

  subnet(name: string, spec: Subnet["spec"]): Subnet {
    return this.create(Subnet, { metadata: { name }, spec });
  }
  vip(name: string, spec: Vip["spec"] = {}): Vip {
    return this.create(Vip, { metadata: { name }, spec: { subnet: "sn", ...spec } });
  }
  pool(name: string, spec: Partial<IPPool["spec"]>): IPPool {
    return this.create(IPPool, { metadata: { name }, spec: { subnet: "sn", ips: [], ...spec } });
  }
  /** `network("default/net1")`: of type `kube-ovn`, unless its configuration is given. */
  network(key: Key, config: Json = { type: "kube-ovn" }): NetworkAttachmentDefinition {
    const [namespace, name] = key.split("/"),
      text = typeof config === "string" ? config : JSON.stringify(config);
    return this.create(NetworkAttachmentDefinition, {
      metadata: { name, namespace },
      spec: { config: text },
    });
  }
  vlan(name: string, spec: Vlan["spec"] = {}): Vlan {
    return this.create(Vlan, { metadata: { name }, spec });
  }
  vpc(name: string, spec: Vpc["spec"] = {}): Vpc {
    return this.create(Vpc, { metadata: { name }, spec });
  }
  namespace(name: string, labels: Readonly<Record<string, string>> = {}): Namespace {
    return this.create(Namespace, { metadata: { name, labels } });
  }
  node(name: string): Node {
    return this.create(Node, { metadata: { name } });
  }
  /** `pod("app/p", { ip_address: "10.66.0.5" })`: annotations of the default network, without their prefix. */
  pod(
    key: Key,
    asking: Readonly<Record<string, string>> = {},
    { node = "n1", spec = {}, ...more }: PodOptions = {},
  ): Pod {
    const [namespace, name] = key.split("/"), annotations = { ...prefixed(asking), ...more.annotations };
    const nodeName = node === null ? {} : { nodeName: node };
    const containers = [{ name: "c", image: "i" }];
    return this.create(Pod, {
      metadata: { name, namespace, annotations },
      spec: { containers, ...nodeName, ...spec },
    });
  }

  /** As a scheduler does. */
  bind(key: Key, node: string): void {
    const [namespace, name] = key.split("/"), target = { apiVersion: "v1", kind: "Node", name: node };
    const body = { metadata: { name, namespace }, target };
    this.do({ verb: "create", resource: Pod, subresource: "binding", body, manager: "scheduler" });
  }
  /** A pod that is gone at once, its containers with it. */
  kill(key: Key): void {
    this.delete(Pod, key, { gracePeriodSeconds: 0 });
  }
  finish(key: Key, phase: "Succeeded" | "Failed" = "Succeeded", reason?: string): void {
    this.status(Pod, key, { phase, ...(reason ? { reason } : {}) });
  }
  /** As administrators do who do not want to wait. */
  strip(kind: Kind, key: Key): void {
    this.merge(kind, key, { metadata: { finalizers: null } });
  }
  /** Past the API server's validation, as an object from before its rules. */
  smuggle(kind: Kind, body: Json): void {
    const { now, uid } = this.server.store.environment;
    const metadata = {
      creationTimestamp: now(),
      generation: 1,
      ...body.metadata,
      uid: body.metadata.uid ?? uid(),
    };
    const object = { apiVersion: kind.apiVersion, kind: kind.kind, ...body, metadata };
    this.server.store.put(this.server.kindOf(kind), keyOf(object), { object, managers: [] });
  }

  /** What a pod, node or namespace is told, without the prefix. */
  told(kind: typeof Pod | typeof Node | typeof Namespace, key: Key): Readonly<Record<string, string>> {
    const all = Object.entries(this.get(kind as typeof Pod, key)?.metadata.annotations ?? {});
    return Object.fromEntries(
      all.flatMap(([k, v]) => k.startsWith(PREFIX) ? [[k.slice(PREFIX.length), v]] : []),
    );
  }
  /** What a pod is told of an attached network, without the prefix. */
  toldOn(key: Key, provider: string): Readonly<Record<string, string>> {
    const start = `${provider}.kubernetes.io/`,
      all = Object.entries(this.get(Pod, key)?.metadata.annotations ?? {});
    return Object.fromEntries(
      all.flatMap(([k, v]) => k.startsWith(start) ? [[k.slice(start.length), v]] : []),
    );
  }
  /** Only what was given out: not what was asked for. */
  addressOf(key: Key): string | undefined {
    const { allocated, ip_address } = this.told(Pod, key);
    return allocated === "true" ? ip_address : undefined;
  }
  /** {@link addressOf} each of these pods of namespace `default`. */
  addresses(...pods: readonly string[]): (string | undefined)[] {
    return pods.map((pod) => this.addressOf(`default/${pod}`));
  }
  bindingOf(namespace: string): string | undefined {
    return this.told(Namespace, namespace).logical_switch;
  }
  condition(kind: Kind, name: string, type = "Ready"): Condition | undefined {
    const { conditions = [] } = (this.get(kind, name)?.status ?? {}) as { conditions?: readonly Condition[] };
    return conditions.find((c) => c.type === type);
  }
  /** `False AddressConflict 10.66.0.5 is held by IP p.default` */
  verdict(kind: Kind, name: string, type = "Ready"): string | undefined {
    const said = this.condition(kind, name, type);
    return said && `${said.status} ${said.reason} ${said.message}`;
  }
  /** `True ResetLogicalSwitchAclSuccess` */
  ready(subnet: string): string | undefined {
    const ready = this.condition(Subnet, subnet);
    return ready && `${ready.status} ${ready.reason}`;
  }
  /** Address to holder, of one Subnet; ordered by name. */
  claims(subnet: string): Readonly<Record<string, string>> {
    const claims = this.list(AddressClaim).filter(({ spec }) => spec.subnet === subnet);
    return Object.fromEntries(claims.map(({ spec }) => [spec.address, spec.holder.name]));
  }
  records(): readonly string[] {
    return this.list(IP).map(keyOf);
  }
  /** Warnings about an object, oldest first, as `<reason> <message>`. */
  warnings(kind: Kind, key: Key): readonly string[] {
    return this.announced.filter((a) =>
      a.type === "Warning" && a.kind.kind === kind.kind && keyOf(a.object) === key
    ).map(({ reason, message }) => `${reason} ${message}`);
  }

  /** At rest, with no record at all, and no claim in that Subnet; if it is there, it counts nobody. */
  nothingLeft(subnet = "sn"): void {
    assertEquals([this.records(), this.claims(subnet)], [[], {}]);
    const there = this.get(Subnet, subnet);
    if (there) assertEquals(there.status?.v4usingIPs, 0);
    this.atRest();
  }

  /** Looking at everything again writes nothing, and neither does a new process. */
  atRest(): void {
    const mark = this.sent.length;
    this.engine.resync();
    this.settle();
    assertEquals(this.writes(mark), [], "a full look must write nothing");
    this.start();
    assertEquals(this.writes(mark), [], "a restart must write nothing");
  }
}

/** Keys of the default network get its prefix; whole keys stay as they are. */
export function prefixed(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [key.includes("/") ? key : PREFIX + key, value]),
  );
}
