/** Identities that are read anew when they may have changed. */
import type { Credentials, Identity } from "../connection.ts";

export interface Loaded {
  readonly identity: Identity;
  /** For how long it need not be read again; Infinity: until the server refuses it. */
  readonly freshMs: number;
}

/** @param now milliseconds on a monotonic clock */
export function cachedCredentials(load: () => Promise<Loaded>, now: () => number): Credentials {
  let current: Identity | undefined;
  let freshUntil = -Infinity;
  let loading: Promise<Identity> | undefined;

  async function reload(): Promise<Identity> {
    try {
      const { identity, freshMs } = await load();
      freshUntil = now() + freshMs;
      // Who compares by reference sees whether anything is new.
      if (!current || !isSame(current, identity)) current = identity;
      return current;
    } finally {
      loading = undefined;
    }
  }

  return {
    async identity() {
      if (current && now() < freshUntil) return current;
      return await (loading ??= reload());
    },
    async renew(refused) {
      if (current && current !== refused && now() < freshUntil) return current;
      return await (loading ??= reload());
    },
  };
}

function isSame(a: Identity, b: Identity): boolean {
  return a.authorization === b.authorization && a.cert === b.cert && a.key === b.key;
}
