/** Starts a real control plane, without nodes, in a folder of its own; any number can run side by side. */
import { apiserver } from "./apiserver.ts";
import { type Binaries, ensureBinaries } from "./binaries.ts";
import { issueCertificates, type KeyPair } from "./certificates.ts";
import { type Component, component, type ComponentOptions } from "./component.ts";
import { controllerManager } from "./controller_manager.ts";
import { type Etcd, etcd } from "./etcd.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { freePorts } from "./ports.ts";
import { type Log, step } from "./progress.ts";
import { startReaper } from "./reaper.ts";

export interface ControlPlaneOptions {
  /** Runs kube-controller-manager too. @default true */
  readonly controllerManager?: boolean;
  /** Writes every request's metadata to {@link ControlPlane.auditLog}. @default false */
  readonly audit?: boolean;
  /** Further flags of kube-apiserver. */
  readonly apiserverFlags?: readonly string[];
  /** Where progress goes. @default nowhere */
  readonly log?: Log;
}

/** A running control plane. All strings but `server` are file paths. */
export interface ControlPlane extends AsyncDisposable {
  /** `https://127.0.0.1:<port>`; the same after a restart of the API server. */
  readonly server: string;
  /** As a member of `system:masters`. */
  readonly kubeconfig: string;
  readonly caCert: string;
  readonly clientCert: string;
  readonly clientKey: string;
  /** As a member of `ipam:break-glass` too, which the admission policies let pass. */
  readonly emergency: KeyPair;
  readonly folder: string;
  readonly auditLog: string;
  readonly binaries: Binaries;
  readonly etcd: Etcd;
  readonly apiserver: Component;
  /** Absent when it was not wanted. */
  readonly controllerManager?: Component;
  /** A further program beside it, an operator for instance: logs into the same folder, ends when the control plane does. */
  beside(program: Pick<ComponentOptions, "name" | "binary" | "args" | "isReady">): Component;
  /** Ends everything and removes the folder. Happens by itself when this process ends, however it ends. */
  dispose(): Promise<void>;
}

/**
 * Finds or makes the binaries, starts all components and waits until they serve: two to four seconds once the binaries are there.
 *
 * @throws Error with the tail of a component's log when it does not come up.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const { log = () => {} } = options;
  const binaries = await ensureBinaries({ log });
  return await step("starting the control plane", async () => {
    try {
      return await startWith(binaries, options);
    } catch (error) {
      // Between finding a free port and binding it somebody else may have taken it.
      if (!(error as Error).message.includes("address already in use")) throw error;
      return await startWith(binaries, options);
    }
  }, { log });
}

async function startWith(binaries: Binaries, options: ControlPlaneOptions): Promise<ControlPlane> {
  const folder = await Deno.makeTempDir({ prefix: "cadastre-control-plane-" });
  const reaper = startReaper(folder);
  try {
    const [etcdPort, port] = freePorts(2) as [number, number];
    const server = `https://127.0.0.1:${port}`;
    const auditLog = `${folder}/audit.log`;
    const common = { folder, reaper };

    const store = etcd({ ...common, binary: binaries.etcd, port: etcdPort });
    const [certificates] = await Promise.all([issueCertificates(`${folder}/certificates`), store.start()]);
    const { ca, admin } = certificates;
    const probe = prober(server, {
      caCerts: [await Deno.readTextFile(ca)],
      cert: await Deno.readTextFile(admin.cert),
      key: await Deno.readTextFile(admin.key),
    });

    const api = await apiserver({
      ...common,
      binary: binaries["kube-apiserver"],
      port,
      etcdUrl: store.url,
      certificates,
      probe,
      ...(options.audit ? { auditLog } : {}),
      ...(options.apiserverFlags ? { flags: options.apiserverFlags } : {}),
    });
    const kubeconfig = `${folder}/kubeconfig`;
    await Promise.all([api.start(), writeKubeconfig(kubeconfig, { server, ca, client: admin })]);

    const controllers = options.controllerManager === false ? undefined : controllerManager({
      ...common,
      binary: binaries["kube-controller-manager"],
      kubeconfig: `${folder}/controller-manager.kubeconfig`,
      certificates,
      probe,
    });
    if (controllers) {
      const client = certificates.controllerManager;
      await writeKubeconfig(`${folder}/controller-manager.kubeconfig`, { server, ca, client });
      await controllers.start();
    }

    const dispose = () => reaper.reap();
    return {
      server,
      kubeconfig,
      caCert: ca,
      clientCert: admin.cert,
      clientKey: admin.key,
      emergency: certificates.emergency,
      folder,
      auditLog,
      binaries,
      etcd: store,
      apiserver: api,
      ...(controllers ? { controllerManager: controllers } : {}),
      beside: (program) => component({ ...common, ...program }),
      dispose,
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await reaper.reap();
    throw error;
  }
}

/** Asks with a new connection each time: a kept one would outlive a restart of the server it leads to. */
function prober(server: string, trust: { caCerts: string[]; cert: string; key: string }) {
  return async (path: string): Promise<boolean> => {
    using client = Deno.createHttpClient({ ...trust, poolMaxIdlePerHost: 0 });
    const answer = await fetch(`${server}${path}`, { client, signal: AbortSignal.timeout(5_000) });
    await answer.body?.cancel();
    return answer.ok;
  };
}
