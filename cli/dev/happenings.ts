/** What happens, as rows of a table that grows. */
import { IP } from "../../crds/ip.ts";
import type { Announcement } from "../../reconcile/announce.ts";
import type { Observer } from "../../runtime/observers.ts";

export interface HappeningsOptions {
  /** Milliseconds since the start. */
  readonly elapsed: () => number;
  readonly print: (line: string) => void;
}

const HEADER = ["TIME", "OBJECT", "WHAT", "DETAILS"];
const WIDTHS = [8, 34, 30];

/** Every Event of the operator and every release is a row; columns have fixed places, since nobody knows what comes next. */
export function happenings({ elapsed, print }: HappeningsOptions): Observer & { readonly start: () => void } {
  const row = (cells: readonly string[]) =>
    print(cells.map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0)).join("  ").trimEnd());
  const tell = (what: string, { object = "", details = "" } = {}) =>
    row([`${(elapsed() / 1000).toFixed(2)} s`, object, what, details]);
  return {
    start: () => row(HEADER),
    announced: ({ kind, object, reason, message, type }: Announcement) => {
      const { name, namespace } = object.metadata;
      tell(type === "Warning" ? `! ${reason}` : `  ${reason}`, {
        object: `${kind.kind} ${namespace ? `${namespace}/` : ""}${name}`,
        details: message,
      });
    },
    // Nobody is left to be told of it by an Event.
    decided: (_item, _plan, writes) => {
      for (const write of writes) {
        if (write.phase !== "release" || write.kind.kind !== IP.kind) continue;
        const { ipAddress = "" } = (write.object as IP).spec;
        tell("  is released", { object: `IP ${write.object.metadata.name}`, details: `ip=${ipAddress}` });
      }
    },
    leads: (leads) => tell(leads ? "  leads" : "! does not lead any more", { object: "operator" }),
    watchTurned: ({ kind }, problem) =>
      tell(problem ? "! cannot be watched" : "  is watched again", {
        object: kind,
        details: problem?.message ?? "",
      }),
    threw: ({ kind, key }, error) =>
      tell("! threw", { object: `${kind.kind} ${key}`, details: String(error) }),
  };
}
