import { assertEquals, assertRejects } from "@std/assert";
import { ConfigError } from "../../../kube/config/field.ts";
import { inCluster } from "../../../kube/config/in_cluster.ts";
import { Folder, PEM } from "./folder.ts";

async function mounted(): Promise<Folder> {
  const folder = new Folder();
  await Promise.all([
    folder.write("ca.crt", PEM),
    folder.write("namespace", "kube-system\n"),
    folder.write("token", "t1\n"),
  ]);
  return folder;
}

Deno.test("inCluster() uses what is mounted into every pod", async () => {
  await using folder = await mounted();
  const options = { port: "443", now: () => 0, folder: folder.path };
  const { server, caCerts, namespace, context, credentials } = await inCluster({
    ...options,
    host: "10.0.0.1",
  });
  assertEquals({ server, caCerts, namespace, context }, {
    server: "https://10.0.0.1:443",
    caCerts: [PEM.trim()],
    namespace: "kube-system",
    context: undefined,
  });
  assertEquals(await credentials.identity(), { authorization: "Bearer t1" });
  assertEquals((await inCluster({ ...options, host: "fd00::1" })).server, "https://[fd00::1]:443");
});

Deno.test("inCluster() reads the token again: it is rotated", async () => {
  await using folder = await mounted();
  const { credentials } = await inCluster({
    host: "h",
    port: "443",
    now: () => folder.now,
    folder: folder.path,
  });
  await credentials.identity();
  await folder.write("token", "t2");
  folder.now = 60_000;
  assertEquals(await credentials.identity(), { authorization: "Bearer t2" });
});

Deno.test("inCluster() says what to do when nothing is mounted", async () => {
  await using folder = new Folder();
  await assertRejects(
    () => inCluster({ host: "h", port: "443", now: () => 0, folder: folder.path }),
    ConfigError,
    "automountServiceAccountToken must not be false",
  );
});
