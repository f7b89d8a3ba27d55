/** Which Kubernetes the tests run against: what `go/go.mod` requires, so that there is one place to change it. */
const goModule = await Deno.readTextFile(new URL("./go/go.mod", import.meta.url));

/** `v1.36.3` */
export const KUBERNETES_VERSION: string = /^require k8s\.io\/kubernetes (v\S+)$/m.exec(goModule)?.[1] ??
  fail("tools/control_plane/go/go.mod does not require k8s.io/kubernetes");

function fail(message: string): never {
  throw new Error(message);
}
