/** Posts Events after everything else: what nobody waits for must not slow down what somebody waits for. */
import type { Client, Json } from "../kube/api.ts";
import type { Announcement } from "../reconcile/announce.ts";
import type { RuntimeEnv } from "./env.ts";
import { eventOf, EVENTS } from "./event.ts";

export interface RecorderOptions {
  readonly client: Client;
  readonly env: RuntimeEnv;
  /** Of the component. */
  readonly name: string;
  /** Of the process. */
  readonly instance: string;
  /** Whether there is anything more important to write. */
  readonly isBusy: () => boolean;
  readonly dropped?: () => void;
}

/** Events that may wait; beyond that Normal ones are dropped, then the oldest. */
const ROOM = 10_000;
/** Requests under way while there is nothing else to write. */
const AT_ONCE = 4;
/** While there is, one Event in so many milliseconds: what is wrong becomes known in any case. */
const BUSY_MS = 100;
/** An Event that cannot be posted is tried so often, and then it is dropped. */
const ATTEMPTS = 3;

export class Recorder {
  #options: RecorderOptions;
  #warnings: Announcement[] = [];
  #normals: Announcement[] = [];
  #underWay = 0;
  #pausing = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#warnings.length + this.#normals.length + this.#underWay;
  }

  announce(announcement: Announcement): void {
    (announcement.type === "Warning" ? this.#warnings : this.#normals).push(announcement);
    if (this.#warnings.length + this.#normals.length > ROOM) {
      if (!this.#normals.shift()) this.#warnings.shift();
      this.#options.dropped?.();
    }
    if (this.#underWay === 0 && !this.#pausing) this.#pause(0);
  }

  /** Posts what it may post now; each that is through makes room for the next. */
  #post(): void {
    const { isBusy } = this.#options;
    while (this.#underWay < (isBusy() ? 1 : AT_ONCE)) {
      const next = this.#warnings.shift() ?? this.#normals.shift();
      if (!next) return;
      this.#underWay++;
      this.#record(next).finally(() => {
        this.#underWay--;
        if (!this.#pausing) this.#pause(isBusy() ? BUSY_MS : 0);
      });
    }
  }

  #pause(ms: number): void {
    this.#pausing = true;
    const go = () => {
      this.#pausing = false;
      this.#post();
    };
    if (ms === 0) this.#options.env.defer(go);
    else this.#options.env.after(ms, go);
  }

  /** A second Event of the same name is the first one once more. */
  async #record(announcement: Announcement): Promise<void> {
    const { client, env, name, instance } = this.#options;
    const event = eventOf(announcement, { name, instance, at: env.wall() });
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const answer = await client.send({ verb: "create", resource: EVENTS, body: event, manager: name });
      if (answer.outcome === "conflict") return await this.#countUp(event);
      if (answer.outcome !== "transient" && answer.outcome !== "throttled") return;
      await env.sleep(answer.retryAfterMs ?? 1000 * attempt);
    }
  }

  async #countUp({ metadata, lastTimestamp }: Json): Promise<void> {
    const { client, name: manager } = this.#options, key = `${metadata.namespace}/${metadata.name}`;
    const { object } = await client.send({ verb: "get", resource: EVENTS, key });
    if (!object) return;
    const count = ((object as Json).count ?? 1) + 1;
    await client.send({ verb: "merge", resource: EVENTS, key, body: { lastTimestamp, count }, manager });
  }
}
