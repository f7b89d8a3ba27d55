/** F0: the ordinals of a StatefulSet begin anywhere. */
import { StatefulSet } from "../../../crds/foreign.ts";
import { deleted, killed, resized, set, story, testBed } from "./story.ts";

story(
  "F0: a set that begins at 10 keeps what its pods have over restarts, and nothing else",
  function* (stage) {
    yield* testBed();
    yield set("web", { replicas: 3, start: 10 });
    yield* stage.rest();
    yield killed("app/web-11");
    yield* stage.meanwhile();
    yield killed("app/web-12");
    yield* stage.rest();
    yield resized("web", { replicas: 1 });
    yield* stage.meanwhile();
    yield killed("app/web-10");
  },
);

story("F0: a window that moves up lets go of what it leaves behind", function* (stage) {
  yield* testBed();
  yield set("web", { replicas: 3, start: 0 });
  yield* stage.rest();
  yield resized("web", { ordinals: { start: 2 } });
  yield* stage.meanwhile();
  yield killed("app/web-2");
  yield* stage.rest();
  yield resized("web", { ordinals: { start: 5 } });
});

story("F0: a window that moves down lets go of what it leaves behind", function* (stage) {
  yield* testBed();
  yield set("web", { replicas: 3, start: 5 });
  yield* stage.rest();
  yield resized("web", { ordinals: { start: 4 } });
  yield* stage.meanwhile();
  yield resized("web", { ordinals: { start: 0 } });
});

story(
  "F0: a set that shrinks while the operator is away, or after its pod has gone, is found out",
  function* (stage) {
    yield* testBed();
    yield set("web", { replicas: 3, start: 4 });
    yield* stage.rest();
    yield* stage.without([killed("app/web-6"), resized("web", { replicas: 2 })]);
    yield* stage.rest();
    yield killed("app/web-5");
    yield resized("web", { replicas: 1 });
    yield* stage.meanwhile();
    yield resized("web", { replicas: 0 });
    yield* stage.meanwhile();
    yield resized("web", { replicas: 3 });
  },
);

story("F0: of two sets `web` and `web-1`, each has its own pods", function* (stage) {
  yield* testBed();
  yield set("web", { replicas: 2 });
  yield set("web-1", { replicas: 2, start: 1 });
  yield* stage.rest();
  yield killed("app/web-1-1");
  yield resized("web", { replicas: 1 });
  yield* stage.meanwhile();
  yield killed("app/web-1-2");
  yield* stage.meanwhile();
  yield deleted(StatefulSet, "app/web");
});

story("F0: a list of addresses begins at the first ordinal", function* (stage) {
  yield* testBed();
  yield set("web", {
    replicas: 2,
    start: 10,
    annotations: { "ovn.kubernetes.io/ip_pool": "10.66.0.5,10.66.0.6" },
  });
  yield* stage.meanwhile();
  yield killed("app/web-10");
  yield* stage.rest();
  yield killed("app/web-11");
});
