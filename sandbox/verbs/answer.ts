/** POST of what is answered and kept nowhere. */
import type { Json } from "../../kube/api.ts";
import type { Served, Stored } from "../kinds/served.ts";
import { invalidObject } from "../refusal.ts";
import { checkBody, decodeBody } from "./body.ts";
import type { Answered, Core } from "./context.ts";

export function answer(core: Core, kind: Served, body: Json): Answered {
  checkBody(kind, body);
  const { metadata, spec } = decodeBody(kind, { ...body, metadata: body.metadata ?? {} });
  const problems = kind.behaviour.problems?.({ metadata, spec }, undefined) ?? [];
  if (problems.length > 0) throw invalidObject(kind, "", problems);
  const stored: Stored = (of) => [...core.store.collection(of).entries.values()].map(({ object }) => object);
  const { apiVersion } = kind, status = kind.behaviour.answer!(spec, stored);
  return { status: 201, body: { apiVersion, kind: kind.kind, metadata: {}, spec, status } };
}
