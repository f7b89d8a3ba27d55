/** Posts Events after everything else: what nobody waits for must not slow down what somebody waits for. */
import type { Answer, Client, Json } from "../kube/api.ts";
import { keyOf } from "../kube/resource.ts";
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
/** Of so many Events it is known how often they were said. */
const MEMORY = 4_096;

export class Recorder {
  #options: RecorderOptions;
  #warnings: Announcement[] = [];
  #normals: Announcement[] = [];
  #counts = new Map<string, number>();
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

  async #record(announcement: Announcement): Promise<void> {
    const { env, name, instance } = this.#options;
    const event = eventOf(announcement, { name, instance, at: env.wall() });
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const answer = await this.#say(event);
      if (answer.outcome !== "transient" && answer.outcome !== "throttled") return;
      await env.sleep(answer.retryAfterMs ?? 1000 * attempt);
    }
  }

  /** What was said before is counted up. Of what an earlier process said only the time is known. */
  async #say(event: Json): Promise<Answer> {
    const key = keyOf(event), said = this.#counts.get(key) ?? 0;
    const first = said > 0 ? await this.#again(event, { count: said + 1 }) : await this.#anew(event);
    const answer = first.outcome === "conflict"
      ? await this.#again(event, {})
      : said > 0 && first.outcome === "gone"
      ? await this.#anew(event)
      : first;
    if (answer.outcome === "ok") this.#remember(key, first === answer ? said + 1 : 1);
    return answer;
  }

  #anew(body: Json): Promise<Answer> {
    const { client, name: manager } = this.#options;
    return client.send({ verb: "create", resource: EVENTS, body, manager });
  }

  #again(event: Json, counted: { readonly count?: number }): Promise<Answer> {
    const { client, name: manager } = this.#options, { lastTimestamp } = event;
    const body = { lastTimestamp, ...counted };
    return client.send({ verb: "merge", resource: EVENTS, key: keyOf(event), body, manager });
  }

  #remember(key: string, count: number): void {
    // Re-inserted, so that the one longest unused is the first to go.
    this.#counts.delete(key);
    this.#counts.set(key, count);
    if (this.#counts.size > MEMORY) this.#counts.delete(this.#counts.keys().next().value!);
  }
}
