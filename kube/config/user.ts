/** From a user entry of a kubeconfig to credentials. */
import type { Json } from "../api.ts";
import type { Credentials, Identity } from "../connection.ts";
import { cachedCredentials, type Loaded } from "./credentials.ts";
import { execCredential } from "./exec.ts";
import type { Field } from "./field.ts";
import { readFile, readPem } from "./files.ts";

/** How often a token or certificate file is read again: they are rotated in place. */
export const REREAD_MS = 60_000;

export interface UserOptions {
  readonly cluster: Json;
  /** Milliseconds on a monotonic clock. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/**
 * Nothing is read or run before the first request.
 *
 * @throws ConfigError for ways to authenticate that exist but are not supported
 */
export function userCredentials(user: Field, { cluster, now, wallClock }: UserOptions): Credentials {
  for (const field of ["auth-provider", "as", "as-uid", "as-groups", "as-user-extra"]) {
    if (user.at(field).value !== undefined) {
      user.at(field).fail("is not supported; use a token, a certificate or exec");
    }
  }
  const exec = user.at("exec");
  // A token that was written down wins over a command, as with kubectl.
  const isStatic = exec.value === undefined || user.at("token").text() || user.at("tokenFile").text();
  return cachedCredentials(
    () => isStatic ? written(user) : execCredential(exec, { cluster, wallClock }),
    now,
  );
}

async function written(user: Field): Promise<Loaded> {
  const authorization = await authorizationOf(user);
  const [cert, key] = await Promise.all([readPem(user, "client-certificate"), readPem(user, "client-key")]);
  if (cert && !key) user.at("client-key-data").fail("is missing, and so is client-key");
  if (key && !cert) user.at("client-certificate-data").fail("is missing, and so is client-certificate");
  const identity: Identity = {
    ...(authorization ? { authorization } : {}),
    ...(cert && key ? { cert, key } : {}),
  };
  const isFile = ["tokenFile", "client-certificate", "client-key"].some((name) => user.at(name).text());
  return { identity, freshMs: isFile ? REREAD_MS : Infinity };
}

async function authorizationOf(user: Field): Promise<string | undefined> {
  const file = user.at("tokenFile");
  const path = file.filePath();
  const token = path
    ? (await readFile(path, { why: `${file.file}: ${file.path}` })).trim()
    : user.at("token").text();
  if (token) return `Bearer ${token}`;
  const name = user.at("username").text();
  return name && `Basic ${btoa(`${name}:${user.at("password").text() ?? ""}`)}`;
}
