/** The name of this process and no other. */
import { variable } from "./variable.ts";

/** `<pod>_<random>`: a container that is started again in its pod is another candidate for the lease. */
export function replicaName(): string {
  const random = crypto.getRandomValues(new Uint32Array(1))[0]!;
  return `${variable("POD_NAME") ?? "local"}_${random.toString(16).padStart(8, "0")}`;
}
