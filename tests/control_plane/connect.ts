/** Our own client on a control plane. */
import type { Client } from "../../kube/api.ts";
import { createClient } from "../../kube/client.ts";
import { systemEnv } from "../../kube/env.ts";
import { Transport } from "../../kube/transport.ts";
import type { KeyPair } from "../../tools/control_plane/certificates.ts";
import type { ControlPlane } from "../../tools/control_plane/start.ts";

export interface Connected extends Client {
  close(): void;
}

/** @param as a member of `system:masters` unless somebody else. */
export async function connect(
  { server, caCert, clientCert, clientKey }: ControlPlane,
  as: KeyPair = { cert: clientCert, key: clientKey },
): Promise<Connected> {
  const env = systemEnv();
  const identity = { cert: await Deno.readTextFile(as.cert), key: await Deno.readTextFile(as.key) };
  const credentials = { identity: () => Promise.resolve(identity), renew: () => Promise.resolve(identity) };
  const caCerts = [await Deno.readTextFile(caCert)];
  const transport = new Transport({ server, caCerts, credentials, namespace: "default" }, { env });
  return { ...createClient(transport, { env }), close: () => transport.close() };
}
