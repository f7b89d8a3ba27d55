/** The real clock, the real chance and the real queue of the event loop: everything above is handed these. */
import { setImmediate } from "node:timers";
import { type Env as KubeEnv, systemEnv } from "../kube/env.ts";
import type { Env as EngineEnv } from "../reconcile/env.ts";

export interface RuntimeEnv extends KubeEnv, EngineEnv {
  /** Calls back as soon as everything else that is ready had its turn. */
  defer(callback: () => void): void;
}

export function runtimeEnv(): RuntimeEnv {
  return {
    ...systemEnv(),
    // Kubernetes' own times are whole seconds.
    wall: () => `${new Date().toISOString().slice(0, 19)}Z`,
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      // A retry that is due in a minute does not keep a process alive that has nothing else to do.
      Deno.unrefTimer(timer);
      return () => clearTimeout(timer);
    },
    defer: (callback) => void setImmediate(callback),
  };
}
