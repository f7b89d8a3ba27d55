/** Metrics and endpoints around an operator, in one piece: its client counted, its work observed, its state served. */
import type { Hono } from "hono";
import type { Client } from "../kube/api.ts";
import type { Env } from "../kube/env.ts";
import type { Observer } from "../runtime/observers.ts";
import type { Operator } from "../runtime/operator.ts";
import { subnetUsage } from "../runtime/subnet_usage.ts";
import { createApp } from "./app.ts";
import { operatorGauges, processGauges, subnetGauges } from "./gauges.ts";
import { Metrics } from "./metrics.ts";

export interface Equipment {
  /** What the operator is to use. */
  readonly client: Client;
  readonly observer: Observer;
  /** Once. */
  readonly appOf: (operator: Operator) => Hono;
}

export interface EquipOptions {
  readonly env: Pick<Env, "now">;
  /** URL of the API server. */
  readonly server: string;
}

export function equip(client: Client, { env, server }: EquipOptions): Equipment {
  const metrics = new Metrics({ env, host: new URL(server).host });
  return {
    client: metrics.observe(client),
    observer: metrics,
    appOf(operator) {
      processGauges(metrics.registry);
      operatorGauges(metrics.registry, operator);
      subnetGauges(metrics.registry, () => subnetUsage(operator.engine.view));
      return createApp(operator, metrics.registry);
    },
  };
}
