/** Whom a throw-away control plane trusts. Node and Deno cannot issue X.509 certificates, so a small Go program does. */

/** File paths, all PEM. */
export interface Certificates {
  readonly ca: string;
  readonly apiserver: KeyPair;
  /** In the group `system:masters`. */
  readonly admin: KeyPair;
  /** In the group `ipam:break-glass` as well, which the admission policies let pass. */
  readonly emergency: KeyPair;
  readonly controllerManager: KeyPair;
  /** Signs service-account tokens (`key`) and verifies them (`cert`, a bare public key). */
  readonly serviceAccounts: KeyPair;
}

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Issues new ones into `folder`. @throws Error when Go is not installed or its build fails. */
export async function issueCertificates(folder: string): Promise<Certificates> {
  await Deno.mkdir(folder, { recursive: true });
  const go = new Deno.Command("go", {
    args: ["run", "-buildvcs=false", ".", folder],
    cwd: new URL("./go/certificates/", import.meta.url),
    env: { CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "" },
    stdout: "null",
    stderr: "piped",
  });
  const { success, stderr } = await go.output().catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error("Go is not installed; it is needed to issue the certificates of a control plane");
  });
  if (!success) {
    throw new Error(`issuing certificates failed:\n${new TextDecoder().decode(stderr).trimEnd()}`);
  }

  const pair = (name: string): KeyPair => ({ cert: `${folder}/${name}.crt`, key: `${folder}/${name}.key` });
  return {
    ca: `${folder}/ca.crt`,
    apiserver: pair("apiserver"),
    admin: pair("admin"),
    emergency: pair("emergency"),
    controllerManager: pair("controller-manager"),
    serviceAccounts: { cert: `${folder}/service-accounts.pub`, key: `${folder}/service-accounts.key` },
  };
}
