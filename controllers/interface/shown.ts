/** Whether somebody was told what a record says. */
import type { Node, Pod } from "../../crds/foreign.ts";
import type { IP } from "../../crds/ip.ts";
import { publicationOf } from "../../crds/published.ts";
import { addressesOf } from "../../crds/record.ts";

/** Whether the owner's annotations of that network show just the addresses of this record. */
export function isShown(owner: Pod | Node, record: IP, provider: string): boolean {
  const shown = publicationOf(owner, provider), addresses = addressesOf(record);
  return shown !== undefined && shown.addresses.length === addresses.length &&
    (shown.subnet === record.spec.subnet || shown.subnet === "") &&
    shown.addresses.every((address) => addresses.includes(address));
}
