/** What is known of a reservation before its addresses and its MAC are. */
import type { Subnet } from "../../crds/subnet.ts";
import type { View } from "../../reconcile/view.ts";
import type { Open } from "../subnet/usable.ts";

/** A reservation that its Subnet can serve. */
export interface Reserving {
  readonly subnet: Subnet;
  readonly state: Open;
  /** Occupants of the ledger that are the reservation itself. */
  readonly own: ReadonlySet<string>;
  /** Whether it came before all others that want this address, and none of which has claimed it. */
  readonly isEldestAt: (address: string) => boolean;
  readonly view: View;
}
