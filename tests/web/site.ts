/** A running operator on a sandbox, and its endpoints. */
import { cadastre } from "../../main.ts";
import { type LeaseName, Operator } from "../../runtime/operator.ts";
import { SandboxClient } from "../../sandbox/client.ts";
import type { ApiServer, ApiServerOptions } from "../../sandbox/server.ts";
import { equip } from "../../web/equip.ts";
import { ManualEnv } from "../runtime/manual_env.ts";
import { sandbox } from "../sandbox/sandbox.ts";

export interface Site {
  readonly env: ManualEnv;
  readonly server: ApiServer;
  readonly operator: Operator;
  readonly get: (
    path: string,
    init?: RequestInit,
  ) => Promise<{ status: number; headers: Headers; body: string }>;
}

export interface SiteOptions {
  readonly sandbox?: Partial<ApiServerOptions>;
  readonly lease?: LeaseName;
}

/** `Deno.test("…", withSite(async ({ get }) => { … }))`: started before, at rest, and stopped after. */
export function withSite(
  test: (site: Site) => Promise<void>,
  options: SiteOptions = {},
): () => Promise<void> {
  return async () => {
    const env = new ManualEnv(), server = sandbox(options.sandbox);
    const { client, observer, appOf } = equip(new SandboxClient(server), {
      env,
      server: "http://sandbox:8001",
    });
    const operator = new Operator({
      definition: cadastre(),
      client,
      env,
      replica: "test_1",
      observers: [observer],
      ...(options.lease ? { lease: options.lease } : {}),
    });
    const app = appOf(operator);
    operator.start();
    await env.advance(3_000);
    try {
      const get: Site["get"] = async (path, init) => {
        const answer = await app.request(path, init);
        return { status: answer.status, headers: answer.headers, body: await answer.text() };
      };
      await test({ env, server, operator, get });
    } finally {
      const done = operator.stop();
      await env.advance(10_000);
      await done;
    }
  };
}
