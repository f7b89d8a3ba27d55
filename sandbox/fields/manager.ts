/** One who owns fields of an object. */
import type { FieldSet } from "./field_set.ts";

/** One entry of `metadata.managedFields`. */
export interface Manager {
  readonly name: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  /** Empty on the main resource. */
  readonly subresource: string;
  /** Absent when it came to own what was there already. */
  readonly time?: string;
  readonly fields: FieldSet;
}

export type Managers = readonly Manager[];

/** Who writes now. */
export type Writer = Omit<Manager, "fields" | "operation"> & { readonly time: string };

export interface Conflict {
  readonly manager: Manager;
  readonly fields: FieldSet;
}

/** Whether an entry is that of this writer, in this way of writing. */
export function isSame(
  manager: Manager,
  writer: Omit<Writer, "time">,
  operation: Manager["operation"],
): boolean {
  return manager.name === writer.name && manager.operation === operation &&
    manager.subresource === writer.subresource && manager.apiVersion === writer.apiVersion;
}
