import { startControlPlane } from "/work/main/tools/control_plane/start.ts";
import { definitions } from "/work/main/crds/mod.ts";
const plane = await startControlPlane({ controllerManager: false });
const client = Deno.createHttpClient({
  caCerts: [await Deno.readTextFile(plane.caCert)],
  cert: await Deno.readTextFile(plane.clientCert),
  key: await Deno.readTextFile(plane.clientKey),
});
export async function call(method: string, path: string, body?: unknown, type = "application/json") {
  const r = await fetch(plane.server + path, {
    client,
    method,
    ...(body
      ? { body: typeof body === "string" ? body : JSON.stringify(body), headers: { "content-type": type } }
      : {}),
  });
  return [r.status, await r.json()];
}
for (const d of definitions) await call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", d);
await new Promise((r) => setTimeout(r, 3000));
const S = "/apis/kubeovn.io/v1/subnets";
const show = (x: unknown) => console.log(JSON.stringify(x));
await import(Deno.args[0]!).then((m) => m.default({ call, S, show }));
Deno.exit(0);
