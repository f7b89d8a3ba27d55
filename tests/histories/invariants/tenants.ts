/** What tenants write on their pods stays with them. */
import type { Obj } from "../../../reconcile/kind.ts";
import type { Facts } from "../facts.ts";
import type { Invariant } from "./invariant.ts";

/** The tenant whose secret is in a text that is read by whoever may see that object: its namespace, or everybody. */
function tenantIn(text: string, { metadata: { namespace } }: Obj, { secrets }: Facts): string | undefined {
  for (const [secret, tenant] of secrets) if (tenant !== namespace && text.includes(secret)) return tenant;
}

/** S24. */
const kept: Invariant = {
  id: "S24",
  says: "no Event and no object that we write shows what another tenant wrote on a pod",
  afterSaying: ({ kind, object, reason, message }, facts) => {
    const tenant = tenantIn(`${reason} ${message}`, object, facts);
    return tenant &&
      `an Event about ${kind.kind} ${object.metadata.name} tells what ${tenant} wrote: ${message}`;
  },
  afterWrite: ({ kind, by, object, type }, facts) => {
    if (facts.secrets.size === 0 || typeof by !== "number" || type === "DELETED") return;
    const { metadata: { name, labels, annotations }, status, spec } = object as Obj;
    const tenant = tenantIn(JSON.stringify([labels, annotations, status, spec]), object, facts);
    return tenant && `${kind.kind} ${name} shows what ${tenant} wrote`;
  },
};

export const tenants: readonly Invariant[] = [kept];
