/** Makes all attempts of a table on one cluster, several side by side, and says what went otherwise than the table says. */
import type { Json } from "../../kube/api.ts";
import type { Actors, Call, Identity, Reply } from "../control_plane/actor.ts";
import { eventually } from "../control_plane/eventually.ts";
import {
  admin,
  ALICE,
  alice,
  type Attempt,
  type Case,
  CLAIMS,
  key,
  KUBEOVN,
  type Mode,
  type Outcome,
  podAt,
} from "./case.ts";

/** Attempts under way at once. */
const WIDTH = 8;

/** @returns one line for each that came out wrong. */
export async function attempt(
  actors: Actors,
  attempts: readonly Attempt[],
  mode: Mode,
): Promise<readonly string[]> {
  const wrong: string[] = [], left = [...attempts];
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      for (const each of [next].flat()) {
        const problem = await one(actors, each, mode).catch((error: Error) => error.message);
        if (problem) wrong.push(`${(each.as ?? alice).user} tries to ${each.to}: ${problem}`);
      }
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, worker));
  return wrong;
}

async function one(
  actors: Actors,
  { as = alice, before = [], call, code: [on, off], then, isolated = then }: Case,
  mode: Mode,
): Promise<string> {
  for (const prior of before) await prepare(actors, prior);
  const answer = await answered(actors, as, call);
  const code = mode === "policies" ? on : off, outcome = mode === "isolated" ? isolated : then;
  if (answer.code !== code) return `answered ${answer.code} ${answer.message}, not ${code}`;
  if (outcome && answer.code < 300) await seen(actors, outcome);
  return "";
}

/** A busy API server may give a large request up before it has judged it. */
async function answered(actors: Actors, as: Identity, call: Call): Promise<Reply> {
  for (let attempt = 1;; attempt++) {
    const answer = await actors.call(as, call);
    if (answer.code !== 504 || attempt === 5) return answer;
  }
}

/** What was there before has its effect first: a pod has its address, a Vip and a reservation have theirs claimed. */
async function prepare(actors: Actors, call: Call): Promise<void> {
  const { code, message } = await actors.call(admin, call);
  if (code >= 300) throw new Error(`before: ${code} ${message}`);
  const { kind, metadata, spec } = call.body as Json ?? {};
  const isServed = call.method === "POST" && spec?.containers && !metadata.ownerReferences;
  if (kind === "Vip") {
    await seen(actors, { is: "shown", path: `${call.path}/${metadata.name}`, text: "AddressAllocated" });
  }
  if (kind === "IP") {
    await seen(actors, {
      is: "shown",
      path: `${CLAIMS}/${spec.subnet}.${spec.v4IpAddress}`,
      text: metadata.name,
    });
  }
  if (isServed) await seen(actors, { is: "told", pod: metadata.name, address: "" });
}

async function seen(actors: Actors, outcome: Outcome): Promise<void> {
  await eventually(JSON.stringify(outcome).slice(0, 200), async () => {
    const problem = await unmet(actors, outcome);
    if (problem !== undefined) throw new Error(problem);
  });
}

/** `undefined`, or what is there instead. */
async function unmet(actors: Actors, outcome: Outcome): Promise<string | undefined> {
  const get = async (path: string) => await actors.call(admin, { method: "GET", path });
  switch (outcome.is) {
    case "told": {
      const { annotations = {} } = (await get(podAt(outcome.pod))).object.metadata ?? {};
      const isTold = annotations[key("allocated")] === "true" &&
        annotations[key("ip_address")]?.startsWith(outcome.address);
      return isTold
        ? undefined
        : `it shows ${annotations[key("ip_address")]}; ${await eventsOf(actors, outcome.pod)}`;
    }
    case "waiting": {
      const said = await eventsOf(actors, outcome.pod),
        record = await get(`${KUBEOVN}/ips/${outcome.pod}.${ALICE}`);
      return said.includes(outcome.says) && record.code === 404
        ? undefined
        : `record: ${record.code}; ${said}`;
    }
    case "truthful": {
      const record = await get(`${KUBEOVN}/ips/${outcome.pod}.${ALICE}`), { spec } = record.object;
      const { annotations = {} } = (await get(podAt(outcome.pod))).object.metadata ?? {};
      const shows = ["ip_address", "mac_address", "logical_switch", "allocated"].map((suffix) =>
        annotations[key(suffix)]
      );
      const has = [spec?.ipAddress, spec?.macAddress, spec?.subnet, "true"];
      return record.code === 200 && `${shows}` === `${has}` ? undefined : `shows ${shows}, has ${has}`;
    }
    case "shown":
    case "hidden": {
      const { code, object } = await get(outcome.path), text = JSON.stringify(object, sorted);
      const isRight = text.includes(outcome.text) === (outcome.is === "shown") && code === 200;
      return isRight ? undefined : `${code} ${text.slice(0, 2_000)}`;
    }
    case "gone": {
      const { code } = await get(outcome.path);
      return code === 404 ? undefined : `answered ${code}`;
    }
  }
}

/** Fields in alphabetical order, without those that say who wrote them. */
function sorted(name: string, value: Json): Json {
  if (name === "managedFields") return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1));
}

async function eventsOf(actors: Actors, pod: string): Promise<string> {
  const path = `/api/v1/namespaces/${ALICE}/events?fieldSelector=involvedObject.name%3D${pod}`;
  const { items = [] } = (await actors.call(admin, { method: "GET", path })).object;
  return items.map(({ reason, message }: Json) => `${reason} ${message}`).join("; ") || "nothing was said";
}
