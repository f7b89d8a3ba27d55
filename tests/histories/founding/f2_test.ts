/** F2: the fixed address of a StatefulSet's pod is not changed by an edit. */
import { StatefulSet } from "../../../crds/foreign.ts";
import type { Action } from "../action.ts";
import { deleted, edited, killed, pod, set, story, subnet, testBed } from "./story.ts";

const POOL = "ovn.kubernetes.io/ip_pool", SWITCH = "ovn.kubernetes.io/logical_switch";
const OLD = "10.66.0.5,10.66.0.6", NEW = "10.66.0.8,10.66.0.9";

const template = (annotations: Readonly<Record<string, string | null>>): Action =>
  edited(StatefulSet, "app/web", { spec: { template: { metadata: { annotations } } } });

story(
  "F2: another list in the template moves nobody, and what it lists is free for others",
  function* (stage) {
    yield* testBed();
    yield set("web", { replicas: 2, annotations: { [POOL]: OLD } });
    yield* stage.rest();
    yield template({ [POOL]: NEW });
    yield killed("app/web-0");
    yield* stage.meanwhile();
    yield set("old", { replicas: 1, annotations: { [POOL]: OLD } });
    yield pod("app/p0", { "ovn.kubernetes.io/ip_address": "10.66.0.8" });
    yield* stage.rest();
    yield killed("app/web-1");
    yield* stage.rest();
    yield template({ [POOL]: OLD });
    yield killed("app/web-0");
  },
);

story("F2: another MAC in the template moves nobody", function* (stage) {
  yield* testBed();
  yield set("web", { replicas: 1, annotations: { "ovn.kubernetes.io/mac_address": "02:00:00:00:00:01" } });
  yield* stage.rest();
  yield template({ "ovn.kubernetes.io/mac_address": "02:00:00:00:00:02" });
  yield killed("app/web-0");
});

story("F2: a set that is deleted and created anew has other addresses at once", function* (stage) {
  yield* testBed();
  yield set("web", { replicas: 2, annotations: { [POOL]: OLD } });
  yield* stage.rest();
  yield deleted(StatefulSet, "app/web");
  yield* stage.meanwhile();
  yield set("web", { replicas: 2, annotations: { [POOL]: NEW } });
  yield* stage.meanwhile();
  yield set("old", { replicas: 2, annotations: { [POOL]: OLD } });
});

story("F2: a template that names another Subnet moves its pods, once that has room", function* (stage) {
  yield* testBed();
  yield set("web", { replicas: 2 });
  yield* stage.rest();
  yield template({ [SWITCH]: "sn2" });
  yield killed("app/web-0");
  yield* stage.meanwhile();
  yield subnet("sn2", { cidrBlock: "10.67.0.0/28" });
  yield* stage.meanwhile();
  yield killed("app/web-1");
});

story("F2: an edit and a restart that the operator did not see move nobody", function* (stage) {
  yield* testBed();
  yield set("web", { replicas: 2, annotations: { [POOL]: OLD } });
  yield* stage.rest();
  yield* stage.without([template({ [POOL]: NEW }), killed("app/web-0")]);
});
