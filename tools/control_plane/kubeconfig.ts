/** Writes the file by which clients find a control plane. */
import { stringify } from "yaml";
import type { KeyPair } from "./certificates.ts";

export interface KubeconfigOptions {
  readonly server: string;
  readonly ca: string;
  readonly client: KeyPair;
}

/** Everything inline, so that the file can be copied. One context, named `cadastre-test`. */
export async function writeKubeconfig(
  file: string,
  { server, ca, client }: KubeconfigOptions,
): Promise<void> {
  const inline = async (path: string) => (await Deno.readFile(path)).toBase64();
  const name = "cadastre-test";
  await Deno.writeTextFile(
    file,
    stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": name,
      contexts: [{ name, context: { cluster: name, user: name } }],
      clusters: [{ name, cluster: { server, "certificate-authority-data": await inline(ca) } }],
      users: [{
        name,
        user: {
          "client-certificate-data": await inline(client.cert),
          "client-key-data": await inline(client.key),
        },
      }],
    }),
    { mode: 0o600 },
  );
}
