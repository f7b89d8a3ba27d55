/** Ports that nobody uses right now. */

/** Below what kernels hand out to outgoing connections, so that none of these takes the port while a server restarts. */
const FIRST = 20_000;
const LAST = 30_000;

/** `count` different TCP ports which are free on loopback. Somebody may be faster: whoever binds one must be ready to try again. */
export function freePorts(count: number): number[] {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
