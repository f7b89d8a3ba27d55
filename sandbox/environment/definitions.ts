/** Deletes the objects of definitions that are going, and lets those go that have none left. */
import { FINALIZER } from "../definitions.ts";
import { customKind } from "../kinds/custom.ts";
import type { Controller } from "./environment.ts";

const DEFINITIONS = { apiVersion: "apiextensions.k8s.io/v1", plural: "customresourcedefinitions" };

export const definitions: Controller = {
  *wake({ type, kind, key }) {
    if (kind.plural === DEFINITIONS.plural && type === "MODIFIED") yield key;
    if (kind.custom && type === "DELETED") yield `${kind.plural}.${kind.group}`;
  },

  work(server, name) {
    const entry = server.entriesOf(DEFINITIONS).get(name);
    const metadata = entry?.object.metadata;
    if (metadata?.deletionTimestamp === undefined || !metadata.finalizers?.includes(FINALIZER)) return;
    const kind = customKind(entry!.object);
    for (const [key, { object }] of [...server.entriesOf(kind)]) {
      if (object.metadata.deletionTimestamp === undefined) {
        server.execute({ verb: "delete", resource: kind, key });
      }
    }
    if (server.entriesOf(kind).size > 0) return;
    const finalizers = metadata.finalizers.filter((each: string) => each !== FINALIZER);
    const body = { metadata: { finalizers } };
    const resource = server.kindOf(DEFINITIONS);
    server.execute({ verb: "merge", resource, key: name, body, manager: "sandbox" });
  },
};
