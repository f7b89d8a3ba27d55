/** What `kubectl apply -k` would send. */
import { parseAllDocuments } from "yaml";
import type { Json } from "../../kube/api.ts";
import type { ControlPlane } from "../../tools/control_plane/start.ts";
import { applied, type Kubectl } from "./kubectl.ts";

const DEPLOY = new URL("../../deploy/", import.meta.url).pathname;

/** Objects of `deploy/<path>`, `overlays/cluster` for instance; an absolute path is taken as it is. */
export async function kustomize(
  { binaries }: Pick<ControlPlane, "binaries">,
  path: string,
): Promise<readonly Json[]> {
  const { success, stdout, stderr } = await new Deno.Command(binaries.kubectl, {
    args: ["kustomize", path.startsWith("/") ? path : DEPLOY + path],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(text(stderr));
  return parseAllDocuments(text(stdout)).map((document) => document.toJS());
}

type Binaries = Pick<ControlPlane, "binaries">;

/** The operator's account and its roles with some of `deploy/components`, without anything that runs. */
export async function applyAccount(
  plane: Binaries,
  kubectl: Kubectl,
  components: readonly string[] = [],
): Promise<void> {
  const items = (await installed(plane, components)).filter(({ kind, apiVersion }) =>
    kind === "ServiceAccount" || apiVersion.startsWith("rbac.")
  );
  await applied(kubectl, items);
}

/** The admission policies of some of `deploy/components`, with the account that they follow. */
export async function policiesOf(plane: Binaries, components: readonly string[]): Promise<readonly Json[]> {
  const items = await installed(plane, components);
  return items.filter(({ kind }) => kind.startsWith("ValidatingAdmissionPolicy"));
}

/** `deploy/base` with these components. */
async function installed(plane: Binaries, components: readonly string[]): Promise<readonly Json[]> {
  const folder = await Deno.makeTempDir();
  await new Deno.Command("cp", { args: ["-r", `${DEPLOY}.`, folder] }).output();
  const overlay = { resources: ["../base"], components: components.map((name) => `../components/${name}`) };
  await Deno.mkdir(`${folder}/test`);
  await Deno.writeTextFile(`${folder}/test/kustomization.yaml`, JSON.stringify(overlay));
  const items = await kustomize(plane, `${folder}/test`);
  await Deno.remove(folder, { recursive: true });
  return items;
}
