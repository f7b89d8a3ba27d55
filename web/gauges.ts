/**
 * Measures that are looked up when Prometheus asks. The labels of a Subnet are those of Kube-OVN; no other has values that users
 * choose.
 */
import process from "node:process";
import { Counter, Gauge, type Registry } from "prom-client";
import type { Priority } from "../reconcile/queue.ts";
import type { Operator } from "../runtime/operator.ts";
import type { SubnetUsage } from "../runtime/subnet_usage.ts";

interface Measure {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

const LANES: readonly Priority[] = ["live", "wake"];
const SUBNET = ["subnet_name", "protocol", "subnet_cidr"] as const;

export function operatorGauges(registry: Registry, operator: Operator): void {
  const name = "cadastre";
  const depth = {
    name: "workqueue_depth",
    help: "Keys that wait to be decided",
    labelNames: ["name", "priority"],
  };
  gauge(registry, depth, (g) => {
    for (const lane of LANES) g.set({ name, priority: lane }, operator.engine.depth(lane));
  });
  const leads = {
    name: "leader_election_master_status",
    help: "Whether this replica leads",
    labelNames: ["name"],
  };
  gauge(registry, leads, (g) => g.set({ name }, operator.isLeading ? 1 : 0));
  const silence = {
    name: "cadastre_watch_silence_seconds",
    help: "Time since the API server last spoke of a kind",
    labelNames: ["kind"],
  };
  gauge(registry, silence, (g) => {
    const silent = new Map<string, number>();
    for (const { kind: { kind }, heardMs } of operator.watched) {
      silent.set(kind, Math.max(silent.get(kind) ?? 0, heardMs / 1000));
    }
    for (const [kind, seconds] of silent) g.set({ kind }, seconds);
  });
}

export function subnetGauges(registry: Registry, usage: () => Iterable<SubnetUsage>): void {
  const labels = ({ name, protocol, cidr }: SubnetUsage) => ({
    subnet_name: name,
    protocol,
    subnet_cidr: cidr,
  });
  const available = {
    name: "subnet_available_ip_count",
    help: "Addresses left in a Subnet",
    labelNames: SUBNET,
  };
  gauge(registry, available, (g) => {
    for (const subnet of usage()) g.set(labels(subnet), subnet.available);
  });
  const used = { name: "subnet_used_ip_count", help: "Addresses in use in a Subnet", labelNames: SUBNET };
  gauge(registry, used, (g) => {
    for (const subnet of usage()) g.set(labels(subnet), subnet.used);
  });
}

/** Under the names that prom-client gives them, but from sources that need no permission. */
export function processGauges(registry: Registry): void {
  gauge(registry, { name: "process_resident_memory_bytes", help: "Resident memory" }, (g) => {
    g.set(Deno.memoryUsage().rss);
  });
  gauge(registry, { name: "nodejs_heap_size_used_bytes", help: "Memory of the JavaScript heap" }, (g) => {
    g.set(Deno.memoryUsage().heapUsed);
  });
  new Counter({
    name: "process_cpu_seconds_total",
    help: "CPU time of this process",
    registers: [registry],
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
}

/** Every look begins with nothing, so that the series of what is no more are gone. */
function gauge(registry: Registry, { name, help, labelNames = [] }: Measure, look: (g: Gauge) => void): void {
  new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      this.reset();
      look(this);
    },
  });
}
