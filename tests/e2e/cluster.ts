/** A whole cluster for the tests of one file: control plane, nodes that run pods, and the operator in processes of its own. */
import { kinds } from "../../crds/mod.ts";
import type { Client } from "../../kube/api.ts";
import { systemEnv } from "../../kube/env.ts";
import { FakeKubelet } from "../../sandbox/kubelet.ts";
import {
  type ControlPlane,
  type ControlPlaneOptions,
  startControlPlane,
} from "../../tools/control_plane/start.ts";
import { connect } from "../control_plane/connect.ts";
import { installCrds } from "../control_plane/harness.ts";
import { type Kubectl, kubectlOf } from "../control_plane/kubectl.ts";
import { applyAccount } from "../control_plane/kustomize.ts";
import { enforce } from "../control_plane/policies.ts";
import { operator, type OperatorProcess } from "../control_plane/operator.ts";
import { Journal } from "./journal.ts";

/** Who the operator is to the API server, with nothing but the roles of deploy/. */
export const OPERATOR = "system:serviceaccount:kube-system:cadastre";

export interface Cluster extends AsyncDisposable {
  readonly plane: ControlPlane;
  readonly kubectl: Kubectl;
  /** As a member of `system:masters`. */
  readonly client: Client;
  /** As somebody whom the admission policies let pass as well. */
  readonly emergency: Client;
  readonly journal: Journal;
  /** All that were made. */
  readonly replicas: readonly OperatorProcess[];
  /** A replica; not started yet. Alone and leading unless `args` are given. */
  replica(name: string, args?: readonly string[]): OperatorProcess;
  /** The last that the replicas' logs complain about. */
  complaints(): Promise<string>;
}

export interface ClusterOptions extends ControlPlaneOptions {
  /** @default 3 */
  readonly nodes?: number;
  /** @default true */
  readonly crds?: boolean;
  /** Components of `deploy/` whose roles the operator has. */
  readonly components?: readonly string[];
  /** Components of `deploy/` whose policies are in force. @default those of `admission` after `-- --policies`, else none */
  readonly policies?: readonly string[];
}

const POLICIES = Deno.args.includes("--policies") ? ["admission"] : [];

export async function startCluster(
  { nodes = 3, crds = true, policies = POLICIES, components = [], ...options }: ClusterOptions = {},
): Promise<Cluster> {
  const plane = await startControlPlane({ audit: true, ...options });
  const kubectl = kubectlOf(plane),
    client = await connect(plane),
    emergency = await connect(plane, plane.emergency),
    stop = new AbortController();
  if (crds) await installCrds(kubectl);
  if (policies.length > 0) await enforce(plane, kubectl, policies);
  const kubeconfig = await serviceAccount(plane, kubectl, components), journal = new Journal(client, kinds);
  const kubelet = new FakeKubelet(client, { env: systemEnv() });
  await kubelet.ensureNodes(nodes);
  const running = kubelet.run(stop.signal), replicas: OperatorProcess[] = [];
  return {
    plane,
    kubectl,
    client,
    emergency,
    journal,
    replicas,
    replica(name, args = ["--no-lease"]) {
      const replica = operator(plane, { name, args: ["--kubeconfig", kubeconfig, ...args] });
      replicas.push(replica);
      return replica;
    },
    async complaints() {
      const logs = await Promise.all(replicas.map(async ({ name, logFile }) => {
        const lines = (await Deno.readTextFile(logFile).catch(() => "")).trimEnd().split("\n");
        return lines.filter((line) => !line.includes('"level":"INFO"')).slice(-15).map((line) =>
          `${name}: ${line}`
        );
      }));
      return logs.flat().join("\n");
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all([running, journal.stop()]);
      client.close();
      emergency.close();
      await plane.dispose();
    },
  };
}

/** The operator's account with its roles. @returns a kubeconfig of it. */
async function serviceAccount(
  plane: ControlPlane,
  kubectl: Kubectl,
  components: readonly string[],
): Promise<string> {
  await applyAccount(plane, kubectl, components);
  const token = await kubectl(["create", "token", "cadastre", "-n", "kube-system"]);
  const file = `${plane.folder}/operator.kubeconfig`;
  await Deno.writeTextFile(
    file,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "operator",
      contexts: [{
        name: "operator",
        context: { cluster: "test", user: "operator", namespace: "kube-system" },
      }],
      clusters: [{ name: "test", cluster: { server: plane.server, "certificate-authority": plane.caCert } }],
      users: [{ name: "operator", user: { token } }],
    }),
  );
  return file;
}
