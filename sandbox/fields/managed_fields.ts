/** Owners as `metadata.managedFields` shows them, and back. */
import type { Json } from "../../kube/api.ts";
import { equal } from "../schema/equal.ts";
import { isSame, type Manager, type Managers } from "./manager.ts";

/** Ownership as `metadata.managedFields` shows it. */
export function managedFields(managers: Managers): Json[] {
  return [...managers].sort(inOrder).map((manager) => ({
    manager: manager.name,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(manager.time === undefined ? {} : { time: manager.time }),
    fieldsType: "FieldsV1",
    fieldsV1: manager.fields,
    ...(manager.subresource ? { subresource: manager.subresource } : {}),
  }));
}

/** The other way round; `undefined` when a body says nothing of ownership. */
export function givenManagers(list: readonly Json[] | undefined): Managers | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  // One empty entry asks to forget everybody.
  return list.filter((entry) => entry.manager !== undefined).map((entry) => ({
    name: entry.manager,
    operation: entry.operation,
    apiVersion: entry.apiVersion,
    subresource: entry.subresource ?? "",
    ...(entry.time ? { time: entry.time } : {}),
    fields: entry.fieldsV1 ?? {},
  }));
}

/**
 * Whether nothing but times differs.
 *
 * The order in which they are shown counts, and depends on the times: so a write may be none in the eyes of its author, and one
 * in those of the API server.
 */
export function sameManagers(a: Managers, b: Managers): boolean {
  if (a === b) return true;
  const [mine, theirs] = [[...a].sort(inOrder), [...b].sort(inOrder)];
  return mine.length === theirs.length && mine.every((manager, i) => {
    const other = theirs[i]!;
    return manager === other ||
      isSame(manager, other, other.operation) && equal(manager.fields, other.fields);
  });
}

function inOrder(a: Manager, b: Manager): number {
  return order(a.operation, b.operation) || order(a.time ?? "", b.time ?? "") || order(a.name, b.name) ||
    order(a.apiVersion, b.apiVersion) || order(a.subresource, b.subresource);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
