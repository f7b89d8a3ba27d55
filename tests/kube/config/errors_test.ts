import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { ConfigError } from "../../../kube/config/field.ts";
import { parseKubeconfig } from "../../../kube/config/kubeconfig.ts";
import { Folder, kubeconfig } from "./folder.ts";

const cluster = (text: string) => kubeconfig({ cluster: text });
const user = (text: string) => kubeconfig({ user: text });

/** `[file, what the message must be after the file's name]` */
const CASES: readonly (readonly [string, string])[] = [
  ["a: b: c", ":1:4: not a kubeconfig: Nested mappings are not allowed in compact mappings"],
  [
    "a: [1, 2",
    ":1:9: not a kubeconfig: Flow sequence in block collection must be sufficiently indented and end with a ]",
  ],
  ["- 1", ": the document must be a map"],
  ["just text", ": the document must be a map"],
  ["", ": no current-context; choose with --context: there is none"],
  ["contexts: {}", ": contexts must be a list"],
  ["contexts: [7]", ": contexts[0] must be a map"],
  ["contexts: [{context: {}}]", ": contexts[0].name is missing"],
  ["current-context: [a]", ": current-context must be text; put it into quotes"],
  ["current-context: 1.5", ": current-context must be text; put it into quotes"],
  [kubeconfig().replace("current-context: one", ""), ": no current-context; choose with --context: one"],
  [
    kubeconfig().replace("current-context: one", "current-context: two"),
    ': no context "two"; choose with --context: one',
  ],
  [
    kubeconfig().replace("cluster: c1", "cluster: c2"),
    ': contexts[0].context.cluster is "c2", which is not there (c1)',
  ],
  [
    kubeconfig().replace("user: u1", "user: u2"),
    ': contexts[0].context.user is "u2", which is not there (u1)',
  ],
  [kubeconfig().replace("cluster: c1,", ""), ": contexts[0].context.cluster is missing"],
  [cluster("{}"), ": clusters[0].cluster.server is missing"],
  [
    cluster("{server: 'c1:6443'}"),
    ": clusters[0].cluster.server is c1:6443, which is no URL; write https://host:port",
  ],
  [
    cluster("{server: 'https://c1', certificate-authority-data: '%%%'}"),
    ": clusters[0].cluster.certificate-authority-data is not base64",
  ],
  [
    cluster("{server: 'https://c1', certificate-authority-data: aGFsbG8=}"),
    ': clusters[0].cluster.certificate-authority-data holds no PEM ("-----BEGIN …")',
  ],
  [
    cluster("{server: 'https://c1', tls-server-name: other}"),
    ": clusters[0].cluster.tls-server-name is not supported by Deno; let `server` name the host as its certificate does",
  ],
  [
    cluster("{server: 'https://c1', insecure-skip-tls-verify: 'yes'}"),
    ": clusters[0].cluster.insecure-skip-tls-verify must be true or false",
  ],
  [
    user("{auth-provider: {name: gcp}}"),
    ": users[0].user.auth-provider is not supported; use a token, a certificate or exec",
  ],
  [user("{as: admin}"), ": users[0].user.as is not supported; use a token, a certificate or exec"],
];

for (const [text, expected] of CASES) {
  Deno.test(`loadConnection() says "${expected}"`, async () => {
    await using folder = new Folder();
    const file = await folder.write("config", text);
    const error = await assertRejects(() => folder.load(file), ConfigError);
    assert(error.message.startsWith(`${file}${expected}`), error.message);
    assertEquals(error.message.includes("\n"), false);
  });
}

Deno.test("loadConnection() says which file is missing, and who named it", async () => {
  await using folder = new Folder();
  await assertRejects(
    () => folder.load(`${folder.path}/x`),
    ConfigError,
    `--kubeconfig: ${folder.path}/x does not exist`,
  );
  const file = await folder.write("config", cluster("{server: 'https://c1', certificate-authority: ca.crt}"));
  await assertRejects(
    () => folder.load(file),
    ConfigError,
    `${file}: clusters[0].cluster.certificate-authority: ${folder.path}/ca.crt does not exist`,
  );
  await assertRejects(() => folder.load(folder.path), ConfigError, "--kubeconfig: ");
});

Deno.test("parseKubeconfig() takes any text: it is a kubeconfig or a ConfigError of one line", () => {
  const shapes = fc.constantFrom(
    "clusters",
    "users",
    "contexts",
    "current-context",
    "name",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    "\n",
    "  ",
    "&a ",
    "*a",
    "!!x ",
    "|",
    '"',
  );
  const texts = fc.oneof(fc.string(), fc.array(shapes).map((parts) => parts.join("")));
  fc.assert(
    fc.property(texts, (text) => {
      try {
        parseKubeconfig(text, "config");
      } catch (error) {
        assert(error instanceof ConfigError, `${error}`);
        assert(!error.message.includes("\n"), error.message);
      }
    }),
    { numRuns: 2000 },
  );
});
