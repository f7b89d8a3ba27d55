/**
 * What is counted as it happens, under the names of controller-runtime and client-go where they have one, so that dashboards work.
 *
 * No label has more values than there are kinds, verbs or status codes.
 */
import { Counter, Histogram, Registry } from "prom-client";
import type { Client, Request } from "../kube/api.ts";
import type { Env } from "../kube/env.ts";
import type { Outcome } from "../reconcile/apply/commit.ts";
import type { Observer } from "../runtime/observers.ts";

const METHODS: Readonly<Record<Request["verb"], string>> = {
  get: "GET",
  list: "GET",
  create: "POST",
  update: "PUT",
  apply: "PATCH",
  merge: "PATCH",
  patch: "PATCH",
  delete: "DELETE",
};
/** In seconds: a decision takes microseconds, its writes milliseconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export interface MetricsOptions {
  readonly env: Pick<Env, "now">;
  /** Whom the requests go to, for the label `host`. */
  readonly host: string;
}

export class Metrics implements Observer {
  readonly registry: Registry = new Registry();
  #options: MetricsOptions;

  #reconciles = this.#counter("controller_runtime_reconcile_total", "Reconciles, by result", [
    "controller",
    "result",
  ]);
  #errors = this.#counter("controller_runtime_reconcile_errors_total", "Reconciles that failed", [
    "controller",
  ]);
  #panics = this.#counter("controller_runtime_reconcile_panics_total", "Handlers that threw", ["controller"]);
  #times = this.#histogram("controller_runtime_reconcile_time_seconds", "Time of reconciles that wrote", [
    "controller",
  ]);
  #requests = this.#counter("rest_client_requests_total", "Requests to the API server", [
    "code",
    "method",
    "host",
  ]);
  #latency = this.#histogram("rest_client_request_duration_seconds", "Time of requests to the API server", [
    "verb",
    "host",
  ]);
  #dropped = this.#counter("cadastre_events_dropped_total", "Events given up because too many waited", []);

  constructor(options: MetricsOptions) {
    this.#options = options;
  }

  /** The same client, with its requests counted. */
  observe(client: Client): Client {
    const { env, host } = this.#options;
    return {
      send: async (request, signal) => {
        const began = env.now(), method = METHODS[request.verb];
        const answer = await client.send(request, signal);
        // client-go's word for "there was no answer".
        this.#requests.inc({ code: answer.status || "<error>", method, host });
        this.#latency.observe({ verb: method, host }, (env.now() - began) / 1000);
        return answer;
      },
      watch: (resource, options) => client.watch(resource, options),
    };
  }

  readonly decided: NonNullable<Observer["decided"]> = ({ kind }, _plan, writes) => {
    // A reconcile that writes is counted when it has ended.
    if (writes.length === 0) this.#reconciles.inc({ controller: kind.plural, result: "success" });
  };
  readonly committed: NonNullable<Observer["committed"]> = ({ kind }, outcome, ms) => {
    const controller = kind.plural, result = resultOf(outcome);
    this.#reconciles.inc({ controller, result });
    if (result === "error") this.#errors.inc({ controller });
    this.#times.observe({ controller }, ms / 1000);
  };
  readonly threw: NonNullable<Observer["threw"]> = ({ kind }) =>
    this.#panics.inc({ controller: kind.plural });
  readonly dropped: NonNullable<Observer["dropped"]> = () => this.#dropped.inc();

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
  #histogram(name: string, help: string, labelNames: string[]): Histogram {
    return new Histogram({ name, help, labelNames, buckets: BUCKETS, registers: [this.registry] });
  }
}

function resultOf({ stop }: Outcome): "success" | "requeue" | "requeue_after" | "error" {
  switch (stop?.stop) {
    case undefined:
      return "success";
    case "replan":
      return "requeue";
    case "later":
      return "requeue_after";
    case "retry":
    case "failed":
      return "error";
  }
}
