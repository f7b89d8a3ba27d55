/** From a cluster entry of a kubeconfig to where and whom to trust. */
import type { Json } from "../api.ts";
import type { Connection } from "../connection.ts";
import type { Field } from "./field.ts";
import { readPem } from "./files.ts";

export type Cluster = Pick<Connection, "server" | "caCerts" | "proxyUrl" | "isUnverified"> & {
  /** For credential plugins that ask for it (`provideClusterInfo`). */
  readonly info: Json;
};

/** @throws ConfigError that names the field and the remedy */
export async function cluster(entry: Field): Promise<Cluster> {
  const server = serverOf(entry.at("server"));
  const tlsName = entry.at("tls-server-name");
  if (tlsName.text() && tlsName.text() !== new URL(server).hostname) {
    tlsName.fail("is not supported by Deno; let `server` name the host as its certificate does");
  }
  const ca = await readPem(entry, "certificate-authority");
  const proxyUrl = entry.at("proxy-url").text();
  const isUnverified = entry.at("insecure-skip-tls-verify").flag();
  return {
    server,
    caCerts: ca ? [ca] : [],
    ...(proxyUrl ? { proxyUrl } : {}),
    ...(isUnverified ? { isUnverified } : {}),
    info: {
      server,
      ...(ca ? { "certificate-authority-data": btoa(ca) } : {}),
      ...(proxyUrl ? { "proxy-url": proxyUrl } : {}),
      ...(isUnverified ? { "insecure-skip-tls-verify": true } : {}),
      config: extension(entry),
    },
  };
}

function serverOf(field: Field): string {
  const text = field.required();
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    field.fail(`is ${text}, which is no URL; write https://host:port`);
  }
  return url.href.replace(/\/+$/, "");
}

/** What the cluster's entry keeps for credential plugins. */
function extension(entry: Field): unknown {
  const mine = entry.at("extensions").items().find((one) =>
    one.at("name").text() === "client.authentication.k8s.io/exec"
  );
  return mine?.at("extension").value;
}
