/**
 * The image's entrypoint as an unprivileged user, since its base images are not everywhere to be had: what the Dockerfile copies,
 * in a folder that nobody can write, with the flags of the Dockerfile, as a service account with the roles of deploy/base.
 *
 * One thing differs: the service account is not mounted, its folder is one of the test.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { freePorts } from "../../tools/control_plane/ports.ts";
import { eventually } from "./eventually.ts";
import { withControlPlane, type World } from "./harness.ts";
import { applyAccount } from "./kustomize.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
const NOBODY = "65532";

Deno.test(
  "the image's entrypoint serves a cluster: not root, nothing writable, no permission or verb to spare",
  withControlPlane(async (world) => {
    const { kubectl } = world, namespace = await world.namespace();
    await using folder = await image();
    await deploy(world, folder.path);
    const [port] = freePorts(1), url = `http://127.0.0.1:${port}`;
    const operator = await start(world, { folder: folder.path, port: port! });
    let hasEnded = false;
    const ended = operator.output().finally(() => hasEnded = true);
    try {
      await eventually("the operator leads and is ready", async () => {
        const answer = await fetch(`${url}/readyz`), text = await answer.text();
        assert(answer.ok && text.includes("role: leader"), text);
      });
      await kubectl(["run", "web", "-n", namespace, "--image=none", "--restart=Never"]);
      const address = await eventually("the pod has its address", async () => {
        const path = "jsonpath={.metadata.annotations.ovn\\.kubernetes\\.io/ip_address}";
        return await kubectl(["get", "pod", "web", "-n", namespace, "-o", path]) || false;
      });
      assertMatch(address, /^10\.16\./);
      assertMatch(await (await fetch(`${url}/metrics`)).text(), /^process_resident_memory_bytes [1-9]/m);
      const event = [
        "get",
        "events",
        "-n",
        namespace,
        "--field-selector",
        "reason=PodNetworkAllocated",
        "-o",
        "name",
      ];
      await eventually("its Event is there", async () => await kubectl(event) !== "");
    } catch (error) {
      if (!hasEnded) operator.kill("SIGKILL");
      throw new Error(`${error}\n${new TextDecoder().decode((await ended).stderr)}`);
    }
    operator.kill("SIGTERM");
    const { code, stdout, stderr } = await ended;
    assertEquals(code, 0);
    const log = [stdout, stderr].flatMap((bytes) => new TextDecoder().decode(bytes).trimEnd().split("\n"));
    for (const line of log.filter(Boolean)) assert(JSON.parse(line).properties.status !== 403, line);
    const holder = ["get", "lease", "cadastre", "-n", "kube-system", "-o", "jsonpath={.spec.holderIdentity}"];
    assertEquals(await kubectl(holder), "", "the lease was given back");
  }),
);

/** ENTRYPOINT and CMD, and the sources of COPY, as they stand in the Dockerfile. */
async function dockerfile() {
  const text = await Deno.readTextFile(`${ROOT}Dockerfile`);
  const list = (word: string): string[] => JSON.parse(new RegExp(`^${word} (.*)$`, "m").exec(text)![1]!);
  const copied = [...text.matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, sources]) => sources!.split(" "));
  return { entrypoint: list("ENTRYPOINT"), cmd: list("CMD"), copied };
}

interface Folder extends AsyncDisposable {
  readonly path: string;
}

/** What the image contains: the program, its dependencies, and the runtime. */
async function image(): Promise<Folder> {
  const path = await Deno.makeTempDir({ prefix: "cadastre-image-" }), { copied } = await dockerfile();
  await Deno.mkdir(`${path}/app`);
  for (const source of copied) await run(["cp", "-r", `${ROOT}${source}`, `${path}/app/`]);
  const inCluster = `${path}/app/kube/config/in_cluster.ts`, program = await Deno.readTextFile(inCluster);
  await Deno.writeTextFile(inCluster, program.replace(MOUNT, `${path}/account`));
  await Deno.copyFile(Deno.execPath(), `${path}/deno`);
  await run([`${path}/deno`, "cache", "--frozen", "--quiet", "main.ts"], {
    cwd: `${path}/app`,
    env: { DENO_DIR: `${path}/deno-dir` },
  });
  return {
    path,
    async [Symbol.asyncDispose]() {
      await run(["chmod", "-R", "u+w", path]);
      await Deno.remove(path, { recursive: true });
    },
  };
}

/** The service account with its roles, and its credentials. */
async function deploy({ kubectl, plane }: World, path: string): Promise<void> {
  await applyAccount(plane, kubectl);
  const token = await kubectl(["create", "token", "cadastre", "-n", "kube-system"]);
  await Deno.mkdir(`${path}/account`);
  await Deno.copyFile(plane.caCert, `${path}/account/ca.crt`);
  await Deno.writeTextFile(`${path}/account/token`, token);
  await Deno.writeTextFile(`${path}/account/namespace`, "kube-system");
  await run(["chmod", "-R", "a+rX,a-w", path]);
}

async function start({ plane }: World, { folder, port }: { folder: string; port: number }) {
  const { entrypoint: [, ...flags], cmd } = await dockerfile(), http = `127.0.0.1:${port}`;
  const args = [...flags, ...cmd].map((arg) => {
    if (arg === "--allow-net") return `--allow-net=${new URL(plane.server).host},${http}`;
    if (arg.startsWith("--http")) return `--http=${http}`;
    return arg.replace(MOUNT, `${folder}/account`);
  });
  assert(args.includes(`--allow-read=${folder}/account`), args.join(" "));
  assertStringIncludes(args.join(" "), "--no-prompt --cached-only --no-remote --frozen --deny-import");
  const command = [`${folder}/deno`, ...args], { hostname, port: apiPort } = new URL(plane.server);
  const drop = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--no-new-privs"];
  const [program, ...rest] = Deno.uid() === 0 ? [...drop, ...command] : command;
  return new Deno.Command(program!, {
    args: rest,
    cwd: `${folder}/app`,
    clearEnv: true,
    env: {
      DENO_DIR: `${folder}/deno-dir`,
      DENO_NO_UPDATE_CHECK: "1",
      POD_NAME: "cadastre-0",
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: apiPort,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function run([program, ...args]: readonly string[], options: Deno.CommandOptions = {}): Promise<void> {
  const { success, stderr } = await new Deno.Command(program!, { args, ...options }).output();
  assert(success, `${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
