/** The operator as it runs, with its elector, on several machines; the cluster and its clock are those of all histories. */
import { setImmediate } from "node:timers";
import { Operator } from "../../../runtime/operator.ts";
import { type Random, random } from "../../conformance/random.ts";
import { Judge } from "../invariants/mod.ts";
import { operator as definition } from "../scripts/script.ts";
import { namespaces } from "../setup.ts";
import { anything } from "../setups.ts";
import { due } from "../surroundings.ts";
import { World } from "../world.ts";
import { HandOver } from "./hand_over.ts";
import { Machine } from "./machine.ts";

const lease = { namespace: "kube-system", name: "cadastre" };
const HOUR_MS = 3_600_000;
/** An API server sends a bookmark to every watch so often. */
const BOOKMARKS_MS = 60_000;

interface Replica {
  readonly machine: Machine;
  readonly operator: Operator;
}

export class Site {
  readonly world: World;
  readonly judge: Judge;
  readonly handOver: HandOver;
  readonly #chance: Random;
  /** Those that were not told to end. */
  readonly #replicas = new Set<Replica>();
  #started = 0;

  constructor(seed: number, replicas: number) {
    this.#chance = random(seed);
    // A world's own replicas have no lease, and no process around them: here are none of these.
    const setting = { seed, setup: anything.name, replicas: 0, leaders: 0 };
    this.world = new World({ setting, composition: definition });
    this.judge = new Judge(this.world);
    this.handOver = new HandOver(this.world);
    for (const action of namespaces([lease.namespace])) this.world.perform(action);
    for (let index = 0; index < replicas; index++) this.#start(index);
    this.#bookmarks();
  }

  /** Those that run and reach the API server. */
  get well(): readonly Replica[] {
    return [...this.#replicas].filter(({ machine: { isFrozen, cut } }) => !isFrozen && !cut);
  }

  get leader(): Replica | undefined {
    return this.well.find(({ operator }) => operator.isLeading);
  }

  /** SIGKILL, and after a while the next process is there. */
  crash(replica: Replica, ms: number): void {
    this.#ends(replica, ms);
    replica.machine.kill();
  }

  /** SIGTERM, and after a while the next process is there. */
  stop(replica: Replica, ms: number): void {
    this.#ends(replica, ms, { gently: true });
    replica.operator.stop().then(() => replica.machine.kill());
  }

  /** SIGSTOP, and SIGCONT. */
  freeze({ machine }: Replica, ms: number): void {
    machine.isFrozen = true;
    this.#ails(machine, ms, () => machine.thaw());
  }

  /** It does not reach the API server for a while. */
  cutOff({ machine }: Replica, ms: number): void {
    machine.cutOff(this.#chance.pick(["refused", "lost"]));
    this.#ails(machine, ms, () => machine.mend());
  }

  /** So much time goes by, in which nodes and controllers do at once what they have to do. */
  async pass(ms: number): Promise<void> {
    const { clock, cluster } = this.world, until = clock.now + ms;
    this.#later(ms, () => {});
    for (;;) {
      for (let steps = due(cluster); steps.length > 0; steps = due(cluster)) {
        this.world.perform(this.#chance.pick(steps));
      }
      // Whatever a process can do now it does now: all of it waits for nothing but promises.
      await new Promise<void>((resolve) => setImmediate(resolve));
      this.handOver.look();
      if (clock.now >= until) return;
      clock.tick();
    }
  }

  #start(index: number): void {
    const { world, handOver } = this, name = `replica-${index}_${this.#started++}`, chance = this.#chance;
    const machine = new Machine({
      index,
      name,
      world,
      chance,
      clocks: {
        from: chance.next() * HOUR_MS,
        rate: chance.pick([0.995, 1, 1.005]),
        wallOff: chance.pick([-HOUR_MS, 0, HOUR_MS]),
      },
      sends: (...sent) => handOver.sends(...sent),
      hears: (...heard) => handOver.hears(...heard),
    });
    const operator = new Operator({ definition, client: machine, env: machine, replica: name, lease });
    operator.start();
    this.#replicas.add({ machine, operator });
    handOver.well(machine);
  }

  #ends(replica: Replica, ms: number, how: { readonly gently?: boolean } = {}): void {
    this.handOver.ill(replica.machine, how);
    this.#replicas.delete(replica);
    this.#later(ms, () => this.#start(replica.machine.index));
  }

  #ails(machine: Machine, ms: number, heal: () => void): void {
    this.handOver.ill(machine);
    this.#later(ms, () => {
      this.handOver.well(machine);
      heal();
    });
  }

  #bookmarks(): void {
    this.#later(BOOKMARKS_MS, () => {
      this.world.cluster.server.bookmarks.forEach((ask) => ask());
      this.#bookmarks();
    });
  }

  #later(ms: number, callback: () => void): void {
    this.world.clock.after(ms, callback, this);
  }
}
