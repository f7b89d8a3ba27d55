/** S24 as a fixed history: two tenants write a secret wherever there is room for it, and everybody is looked at. */
import { Namespace, Pod } from "../../crds/foreign.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { Vip } from "../../crds/vip.ts";
import type { Action } from "./action.ts";
import { created, killed, story, testBed } from "./founding/story.ts";
import { ASKED, secretPod } from "./users/tenants.ts";

const secretPods = (namespace: string): readonly Action[] =>
  ASKED.map((key) => created(Pod, secretPod(`${namespace}/${key.replaceAll("_", "-")}`, key)));

story("S24: what a tenant writes on its pods is shown to no other", function* (stage) {
  yield* testBed({ namespaces: ["app", "other"] });
  yield created(Namespace, { metadata: { name: "other" } });
  yield created(IPPool, { metadata: { name: "gold" }, spec: { subnet: "sn1", ips: ["10.66.0.8"] } });
  yield created(Vip, { metadata: { name: "v0" }, spec: { subnet: "sn1" } });
  yield* secretPods("app");
  yield* stage.meanwhile();
  yield* secretPods("other");
  yield* stage.rest();
  for (const key of ASKED) yield killed(`app/${key.replaceAll("_", "-")}`);
});
