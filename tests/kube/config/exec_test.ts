import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigError } from "../../../kube/config/field.ts";
import { Folder, kubeconfig, PEM } from "./folder.ts";

const V1 = "client.authentication.k8s.io/v1";
const credential = (status: unknown, apiVersion = V1) =>
  JSON.stringify({ apiVersion, kind: "ExecCredential", status });

/** A user whose plugin runs `script`; each run appends its KUBERNETES_EXEC_INFO to the file `runs`. */
async function plugin(folder: Folder, script: string, more: Record<string, unknown> = {}) {
  const exec = {
    apiVersion: V1,
    command: "sh",
    args: ["-c", `echo "$KUBERNETES_EXEC_INFO" >> "$RUNS"; ${script}`],
    env: [{ name: "RUNS", value: `${folder.path}/runs` }],
    ...more,
  };
  const cluster = `{server: "https://c1", certificate-authority-data: ${
    btoa(PEM)
  }, extensions: [{name: "client.authentication.k8s.io/exec", extension: {audience: a1}}]}`;
  const file = await folder.write("config", kubeconfig({ cluster, user: JSON.stringify({ exec }) }));
  const { credentials } = await folder.load(file);
  const runs = async () =>
    (await Deno.readTextFile(`${folder.path}/runs`)).trim().split("\n").map((line) => JSON.parse(line));
  return { credentials, runs };
}

Deno.test("a plugin is run when its credential is needed, and again when that has expired", async () => {
  await using folder = new Folder();
  const status = { token: "t1", expirationTimestamp: "2026-01-01T00:10:00Z" };
  const { credentials, runs } = await plugin(folder, `echo '${credential(status)}'`);
  assertEquals(await Promise.all([credentials.identity(), credentials.identity()]), [
    { authorization: "Bearer t1" },
    { authorization: "Bearer t1" },
  ]);
  folder.now = 599_999;
  await credentials.identity();
  assertEquals((await runs()).length, 1);
  folder.now = 600_000;
  await credentials.identity();
  assertEquals((await runs()).length, 2);
});

Deno.test("a plugin without expiry is run again only when the server refuses", async () => {
  await using folder = new Folder();
  const { credentials, runs } = await plugin(folder, `echo '${credential({ token: "t1" })}'`);
  const identity = await credentials.identity();
  folder.now = 1e9;
  assertEquals(await credentials.identity(), identity);
  assertEquals(await credentials.renew(identity), identity);
  assertEquals((await runs()).length, 2);
});

Deno.test("a plugin may answer with a client certificate, and in v1beta1", async () => {
  await using folder = new Folder();
  const apiVersion = "client.authentication.k8s.io/v1beta1";
  const status = { clientCertificateData: "cert", clientKeyData: "key" };
  const { credentials } = await plugin(folder, `echo '${credential(status, apiVersion)}'`, { apiVersion });
  assertEquals(await credentials.identity(), { cert: "cert", key: "key" });
});

Deno.test("a plugin is told about the cluster if it asks, and that nobody sits there", async () => {
  await using folder = new Folder();
  const script = `echo '${credential({ token: "t1" })}'`;
  const shy = await plugin(folder, script);
  await shy.credentials.identity();
  const curious = await plugin(folder, script, { provideClusterInfo: true });
  await curious.credentials.identity();
  const [without, with_] = await curious.runs();
  assertEquals(without, { apiVersion: V1, kind: "ExecCredential", spec: { interactive: false } });
  assertEquals(with_.spec.cluster, {
    server: "https://c1",
    "certificate-authority-data": btoa(PEM),
    config: { audience: "a1" },
  });
});

Deno.test("a plugin with a slash in its name is looked for beside the kubeconfig", async () => {
  await using folder = new Folder();
  const path = await folder.write("plugin.sh", `#!/bin/sh\necho '${credential({ token: "beside" })}'\n`);
  await Deno.chmod(path, 0o755);
  const { credentials } = await plugin(folder, "", { command: "./plugin.sh", args: [] });
  assertEquals(await credentials.identity(), { authorization: "Bearer beside" });
});

Deno.test("a token that is written down wins over a plugin", async () => {
  await using folder = new Folder();
  const user = JSON.stringify({ token: "written", exec: { apiVersion: V1, command: "no-such-command" } });
  const { credentials } = await folder.load(await folder.write("config", kubeconfig({ user })));
  assertEquals(await credentials.identity(), { authorization: "Bearer written" });
});

/** `[script, other fields of exec, what the message says after "users[0].user."]` */
const FAILURES: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ["echo 'not\nlogged in' >&2; exit 3", {}, "exec failed: sh ended with 3: not logged in"],
  ["echo hello", {}, "exec printed no ExecCredential but: hello"],
  ["echo null", {}, `exec answered in undefined, not in ${V1}: update the plugin`],
  [`echo '${credential({})}'`, {}, "exec printed an ExecCredential without token and certificate"],
  [`echo '${credential(undefined)}'`, {}, "exec printed an ExecCredential without token and certificate"],
  [
    "",
    { command: "no-such-command", installHint: "get it\nsomewhere" },
    "exec needs no-such-command, which is not installed: get it somewhere",
  ],
  ["", { command: undefined }, "exec.command is missing"],
  [
    "",
    { apiVersion: "client.authentication.k8s.io/v1alpha1" },
    "exec.apiVersion is client.authentication.k8s.io/v1alpha1; only",
  ],
  ["", { interactiveMode: "Always" }, "exec needs a terminal (interactiveMode: Always)"],
  ["", { args: [7] }, "exec.args[0] must be text; put it into quotes"],
];

for (const [script, more, expected] of FAILURES) {
  Deno.test(`a plugin fails with "${expected}"`, async () => {
    await using folder = new Folder();
    const { credentials } = await plugin(folder, script, more);
    const error = await assertRejects(() => credentials.identity(), ConfigError);
    assertStringIncludes(error.message, `users[0].user.${expected}`);
    assertEquals(error.message.includes("\n"), false);
  });
}
