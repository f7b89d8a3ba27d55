/** Environment variables, where we may read them. */

/** Undefined also where the permission to read it was not given: a hardened process knows only what it needs. */
export function variable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}
