/** The API server of a control plane, as users have it: TLS, client certificates, RBAC, service-account tokens. */
import type { Certificates } from "./certificates.ts";
import { type Component, component, type ComponentOptions } from "./component.ts";

export interface ApiserverOptions extends Pick<ComponentOptions, "binary" | "folder" | "reaper"> {
  readonly port: number;
  readonly etcdUrl: string;
  readonly certificates: Certificates;
  /** One line of JSON per request goes there. */
  readonly auditLog?: string;
  /** Further flags, as `--feature-gates=…`. */
  readonly flags?: readonly string[];
  /** Whether `path` is answered with 200. */
  readonly probe: (path: string) => Promise<boolean>;
}

export async function apiserver(
  { port, etcdUrl, certificates, auditLog, flags = [], probe, ...common }: ApiserverOptions,
): Promise<Component> {
  return component({
    ...common,
    name: "kube-apiserver",
    args: [
      `--etcd-servers=${etcdUrl}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      `--secure-port=${port}`,
      `--tls-cert-file=${certificates.apiserver.cert}`,
      `--tls-private-key-file=${certificates.apiserver.key}`,
      `--client-ca-file=${certificates.ca}`,
      `--service-account-key-file=${certificates.serviceAccounts.cert}`,
      `--service-account-signing-key-file=${certificates.serviceAccounts.key}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      "--service-cluster-ip-range=10.96.0.0/16",
      "--authorization-mode=RBAC",
      // Without it an open watch delays the end by a minute.
      "--shutdown-watch-termination-grace-period=1s",
      // Pods without a service account and its token volume: there is no kubelet to mount one.
      "--disable-admission-plugins=ServiceAccount",
      "--allow-privileged=true",
      ...(auditLog ? await auditFlags(auditLog, common.folder) : []),
      ...flags,
    ],
    // Ready means that the bootstrap has run too: without the default namespace the first test fails.
    isReady: async () => await probe("/readyz") && await probe("/api/v1/namespaces/default"),
  });
}

async function auditFlags(auditLog: string, folder: string): Promise<string[]> {
  const policy = {
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived"],
    rules: [{ level: "Metadata" }],
  };
  const file = `${folder}/audit-policy.json`;
  await Deno.writeTextFile(file, JSON.stringify(policy));
  return [`--audit-policy-file=${file}`, `--audit-log-path=${auditLog}`, "--audit-log-mode=blocking"];
}
