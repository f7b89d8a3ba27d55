/** A table of requests, made one after the other with the policies in force, and what becomes of each. */
import { type Actors, actorsOf, ADMIN, type Call, type Identity } from "../control_plane/actor.ts";
import { eventually } from "../control_plane/eventually.ts";
import { withControlPlane } from "../control_plane/harness.ts";
import { applied } from "../control_plane/kubectl.ts";
import { enforce } from "../control_plane/policies.ts";

export interface Asked extends Call {
  /** Completes a sentence: "to …". */
  readonly to: string;
  /** @default a member of system:masters */
  readonly as?: Identity;
  /** Asked again until it is answered so: the API server learns a moment later what was written for it. */
  readonly retry?: boolean;
  /** Part of the message with which it is refused. Absent: it is allowed. */
  readonly refused?: string;
}

const EMERGENCY_ROLE = [
  ...["create", "clusterrolebinding", "break-glass"],
  ...["--clusterrole=cluster-admin", "--group=ipam:break-glass"],
];

interface Options {
  /** Folders of deploy/components. */
  readonly components: readonly string[];
  /** Whether requests that would be refused are allowed without the policies: they are made again, last. @default true */
  readonly andWithout?: boolean;
}

/** Everything that was answered otherwise than the table says. */
export function asking(
  table: (namespace: string) => readonly Asked[],
  { components, andWithout = true }: Options,
): (t: Deno.TestContext) => Promise<void> {
  return withControlPlane(async (world) => {
    using actors = await actorsOf(world.plane);
    const namespace = await world.namespace("shop"), asked = table(namespace);
    const wrong: string[] = [];
    await world.kubectl([...EMERGENCY_ROLE, "--dry-run=client", "-o", "json"])
      .then((text) => applied(world.kubectl, [JSON.parse(text)]));
    const lift = await enforce(world.plane, world.kubectl, components);
    try {
      for (const each of asked) wrong.push(...await judge(actors, each));
    } finally {
      await lift();
    }
    if (andWithout) {
      for (const { refused: _, ...each } of asked.filter(({ refused }) => refused)) {
        wrong.push(...(await judge(actors, each)).map((what) => `without policies: ${what}`));
      }
    }
    if (wrong.length > 0) throw new Error(wrong.join("\n"));
  });
}

async function judge(
  actors: Actors,
  { to, as = ADMIN, retry, refused, ...call }: Asked,
): Promise<readonly string[]> {
  const ask = async (): Promise<readonly string[]> => {
    const { code, message } = await actors.call(as, call), isAllowed = code >= 200 && code < 300;
    if (refused === undefined) return isAllowed ? [] : [`to ${to}: ${code} ${message}`];
    return !isAllowed && message.includes(refused)
      ? []
      : [`to ${to}: ${code} ${message || "allowed"}, not "${refused}"`];
  };
  if (!retry) return await ask();
  return await eventually(to, async () => {
    const wrong = await ask();
    if (wrong.length > 0) throw new Error(wrong.join());
    return wrong;
  });
}
