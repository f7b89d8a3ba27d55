import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { ConfigError } from "../../../kube/config/field.ts";
import { currentContext, loadConnection } from "../../../kube/config/load.ts";
import { Folder, kubeconfig, PEM } from "./folder.ts";

const two = (name: string, more = "") => `
current-context: ${name}
contexts:
- {name: ${name}, context: {cluster: shared, user: shared}}
clusters:
- {name: shared, cluster: {server: "https://${name}"}}
users:
- {name: shared, user: {token: of-${name}}}
${more}`;

Deno.test("loadConnection() reads server, certificate authority, namespace and context", async () => {
  await using folder = new Folder();
  const cluster = `{server: "https://c1:6443/prefix/", certificate-authority-data: ${
    btoa(PEM)
  }, proxy-url: "socks5://p"}`;
  const connection = await folder.load(await folder.write("config", kubeconfig({ cluster })));
  const { server, caCerts, namespace, context, proxyUrl } = connection;
  assertEquals({ server, caCerts, namespace, context, proxyUrl }, {
    server: "https://c1:6443/prefix",
    caCerts: [PEM],
    namespace: "prod",
    context: "one",
    proxyUrl: "socks5://p",
  });
  assertEquals(await connection.credentials.identity(), { authorization: "Bearer t1" });
});

Deno.test("loadConnection() finds files relative to the kubeconfig that names them", async () => {
  await using folder = new Folder();
  await folder.write("ca.crt", PEM);
  const file = await folder.write(
    "config",
    kubeconfig({ cluster: "{server: 'https://c1', certificate-authority: ca.crt}" }),
  );
  assertEquals((await folder.load(file)).caCerts, [PEM]);
});

Deno.test("loadConnection() prefers inline certificates to files", async () => {
  await using folder = new Folder();
  const data = btoa(PEM);
  const cluster =
    `{server: "https://c1", certificate-authority: nowhere, certificate-authority-data: ${data}}`;
  const user = `{client-certificate: nowhere, client-certificate-data: ${data}, client-key-data: ${data}}`;
  const { caCerts, credentials } = await folder.load(
    await folder.write("config", kubeconfig({ cluster, user })),
  );
  assertEquals(caCerts, [PEM]);
  assertEquals(await credentials.identity(), { cert: PEM, key: PEM });
});

Deno.test("loadConnection() merges KUBECONFIG as kubectl does: who says something first, says it; missing files are passed over", async () => {
  await using folder = new Folder();
  const files = [
    join(folder.path, "missing"),
    await folder.write("a", two("a")),
    await folder.write("b", two("b", "users_: []")),
  ];
  const options = folder.options({ KUBECONFIG: files.join(":") });
  const first = await loadConnection(options);
  assertEquals([first?.server, first?.context], ["https://a/".slice(0, -1), "a"]);
  const other = await loadConnection({ ...options, context: "b" });
  assertEquals([other?.server, other?.context], ["https://a", "b"]);
  assertEquals(await other?.credentials.identity(), { authorization: "Bearer of-a" });
});

Deno.test("loadConnection() takes the current context from the first file that has one", async () => {
  await using folder = new Folder();
  const files = [
    await folder.write("a", two("a").replace("current-context: a", 'current-context: ""')),
    await folder.write("b", two("b")),
  ];
  assertEquals((await loadConnection(folder.options({ KUBECONFIG: files.join(":") })))?.context, "b");
});

Deno.test("loadConnection() looks at --kubeconfig, KUBECONFIG, the pod, ~/.kube/config, in this order", async () => {
  await using folder = new Folder();
  await Deno.mkdir(join(folder.path, ".kube"));
  await folder.write(".kube/config", two("home"));
  const [flag, env] = [await folder.write("flag", two("flag")), await folder.write("env", two("env"))];
  const pod = { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443" };
  const all = { ...pod, KUBECONFIG: env, HOME: folder.path };

  assertEquals((await loadConnection({ ...folder.options(all), kubeconfig: flag }))?.context, "flag");
  assertEquals((await loadConnection(folder.options(all)))?.context, "env");
  await assertRejects(
    () => loadConnection(folder.options({ ...pod, HOME: folder.path })),
    ConfigError,
    "service account of this pod",
  );
  assertEquals(
    (await loadConnection({ ...folder.options({ ...pod, HOME: folder.path }), context: "home" }))?.context,
    "home",
  );
  assertEquals((await loadConnection(folder.options({ HOME: folder.path })))?.context, "home");
});

Deno.test("loadConnection() is undefined when nothing is configured", async () => {
  await using folder = new Folder();
  assertEquals(await loadConnection(folder.options({ HOME: folder.path })), undefined);
  assertEquals(await loadConnection(folder.options()), undefined);
  assertEquals(await currentContext(folder.options({ HOME: folder.path })), undefined);
});

Deno.test("currentContext() needs neither cluster nor user", async () => {
  await using folder = new Folder();
  const KUBECONFIG = await folder.write("config", "current-context: kind-a");
  assertEquals(await currentContext(folder.options({ KUBECONFIG })), "kind-a");
  assertEquals(await currentContext({ ...folder.options({ KUBECONFIG }), context: "kind-b" }), "kind-b");
});

Deno.test("loadConnection() knows any name, also those of JavaScript's own", async () => {
  await using folder = new Folder();
  for (const name of ["constructor", "__proto__", "toString"]) {
    const file = await folder.write("config", two(name));
    assertEquals((await folder.load(file)).server, `https://${name.toLowerCase()}`);
  }
});

Deno.test("loadConnection() passes over flaws in entries that are not used", async () => {
  await using folder = new Folder();
  const text = kubeconfig().replace("users: [", "users: [{name: bad, user: {token: [1]}}, ");
  assertEquals((await folder.load(await folder.write("config", text))).context, "one");
});
