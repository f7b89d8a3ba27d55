/**
 * L15: whatever becomes of the leader, whoever waits is served by the next one within the duration of the lease and a second, as
 * long as another replica is well; who could not renew in time writes nothing more; and nobody is told twice.
 */
import { Pod } from "../../../crds/foreign.ts";
import type { Answer, Json, Request } from "../../../kube/api.ts";
import { LEASES } from "../../../kube/lease.ts";
import type { Write } from "../cluster.ts";
import { Violation } from "../invariants/invariant.ts";
import { isWrite, named } from "../request.ts";
import type { World } from "../world.ts";
import { isAside, type Machine } from "./machine.ts";

const SECOND = 1_000;
/** As Kubernetes' own components have it: what was not renewed for so long is taken over, … */
const DURATION_MS = 15 * SECOND;
/** … who could not renew for so long leads no more, … */
const RENEW_MS = 10 * SECOND;
/** … and everybody looks every 2 s, and up to a fifth of that later. */
const LOOK_MS = 2.4 * SECOND;
/** Who was ill has asked anew by then: what is lost is given up after 5 s. */
const RECOVERY_MS = 5 * SECOND + LOOK_MS;

export class HandOver {
  /** For how long pods have waited for their addresses, in milliseconds. */
  readonly waits: number[] = [];
  readonly #world: World;
  /** Since when those machines are well that are. */
  readonly #well = new Map<Machine, number>();
  /** When the last renewal was sent that went through, by the clock of each machine. */
  readonly #renewed = new Map<Machine, number>();
  #holder = "";
  /** By then somebody leads. */
  #due = 0;
  /** Pods that were not told yet, by their uid, and since when. */
  readonly #waiting = new Map<string, { readonly name: string; readonly since: number }>();
  readonly #told = new Set<string>();
  #wrong: Violation | undefined;

  constructor(world: World) {
    this.#world = world;
    const { onWrite } = world.cluster;
    world.cluster.onWrite = (write) => {
      onWrite(write);
      if (write.kind.kind === Pod.kind) this.#pod(write);
      if (write.kind.kind === LEASES.kind) this.#lease(write.object.spec);
    };
  }

  /** It runs, and reaches the API server. */
  well(machine: Machine): void {
    this.#well.set(machine, this.#now);
    // What it sent before may still be lost.
    if (machine.name === this.#holder) this.#lost(DURATION_MS);
  }

  /** It ends, stops or is cut off; `gently`: it is told to, and gives the lease back. */
  ill(machine: Machine, { gently = false } = {}): void {
    this.#well.delete(machine);
    if (machine.name === this.#holder) this.#lost(gently ? SECOND : DURATION_MS);
  }

  /** Who cannot know that it still leads must not write. It is told later: here the operator would catch it. */
  sends(machine: Machine, request: Request): void {
    if (isAside(request) || !isWrite(request)) return;
    const ago = machine.now() - (this.#renewed.get(machine) ?? -Infinity);
    if (ago < RENEW_MS) return;
    const what = `${machine.name} has not renewed for ${Math.round(ago)} ms, and writes: ${named(request)}`;
    this.#wrong ??= new Violation("L15", what);
  }

  hears(machine: Machine, request: Request, { object }: Answer, sentAt: number): void {
    if (request.resource.kind !== LEASES.kind || !object) return;
    if ((object.spec as Json).holderIdentity !== machine.name) this.#renewed.delete(machine);
    else if (isWrite(request)) this.#renewed.set(machine, sentAt);
  }

  /** @throws Violation where somebody has waited for too long, or a write was sent that must not be. */
  look(): void {
    if (this.#wrong) throw this.#wrong;
    const ready = Math.min(...this.#well.values()) + RECOVERY_MS + DURATION_MS + SECOND;
    if (this.#now <= Math.max(this.#due, ready)) return;
    for (const { name, since } of this.#waiting.values()) {
      if (this.#now <= since + SECOND) continue;
      const waited = Math.round(this.#now - since), late = Math.round(this.#now - this.#due);
      throw new Violation("L15", `${name} has waited ${waited} ms, and ${late} ms ago somebody had to lead`);
    }
  }

  #lease({ holderIdentity }: Json): void {
    this.#holder = holderIdentity;
    if (holderIdentity === "") this.#lost(LOOK_MS);
    else if (!this.#well.keys().some(({ name }) => name === holderIdentity)) this.#lost(DURATION_MS);
  }

  #lost(ms: number): void {
    this.#due = Math.max(this.#due, this.#now + ms + SECOND);
  }

  #pod({ type, object: { metadata }, previous }: Write): void {
    const { uid, name } = metadata, its = addressIn(metadata), before = addressIn(previous?.metadata);
    if (type === "ADDED") this.#waiting.set(uid, { name, since: this.#now });
    if (type === "DELETED") this.#waiting.delete(uid);
    if (type !== "MODIFIED" || its === before) return;
    if (this.#told.has(uid)) throw new Violation("L15", `${name} is told ${its} after ${before}`);
    this.#told.add(uid);
    this.waits.push(this.#now - this.#waiting.get(uid)!.since);
    this.#waiting.delete(uid);
  }

  get #now(): number {
    return this.#world.clock.now;
  }
}

const addressIn = (metadata: Json): string | undefined =>
  metadata?.annotations?.["ovn.kubernetes.io/ip_address"];
