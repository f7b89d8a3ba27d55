/** Requests to a real API server in somebody's name, just as they are written. */
import type { ControlPlane } from "../../tools/control_plane/start.ts";

/** Who asks. */
export interface Identity {
  readonly user: string;
  /** One at most: `fetch` joins headers of one name into one. */
  readonly groups?: readonly [string];
}

export const ADMIN: Identity = { user: "admin", groups: ["system:masters"] };
export const OPERATOR: Identity = { user: "system:serviceaccount:kube-system:cadastre" };

export interface Call {
  /** `MERGE` and `JSON` are PATCH with that kind of patch, `APPLY` is server-side apply with force. */
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "MERGE" | "JSON" | "APPLY";
  /** `/api/v1/…`; its query too. */
  readonly path: string;
  /** Text is sent as it is. */
  readonly body?: object | string;
}

export interface Reply {
  readonly code: number;
  /** Of a Status object; else "". */
  readonly message: string;
  // deno-lint-ignore no-explicit-any
  readonly object: any;
}

export interface Actors extends Disposable {
  call(as: Identity, call: Call): Promise<Reply>;
}

const TYPES = { MERGE: "merge-patch+json", JSON: "json-patch+json", APPLY: "apply-patch+yaml" } as const;

/** Everybody is impersonated by a member of `system:masters`. */
export async function actorsOf({ server, caCert, clientCert, clientKey }: ControlPlane): Promise<Actors> {
  const read = (file: string) => Deno.readTextFile(file);
  const client = Deno.createHttpClient({
    caCerts: [await read(caCert)],
    cert: await read(clientCert),
    key: await read(clientKey),
  });
  return {
    async call({ user, groups = [] }, { method, path, body }) {
      const headers = new Headers({ "impersonate-user": user, accept: "application/json" });
      for (const group of groups) headers.append("impersonate-group", group);
      const patch = TYPES[method as keyof typeof TYPES];
      headers.set("content-type", `application/${patch ?? "json"}`);
      const query = method === "APPLY" ? `${path.includes("?") ? "&" : "?"}fieldManager=test&force=true` : "";
      const answer = await fetch(`${server}${path}${query}`, {
        client,
        method: patch ? "PATCH" : method,
        headers,
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const object = await answer.json().catch(() => ({}));
      return { code: answer.status, message: object.kind === "Status" ? object.message ?? "" : "", object };
    },
    [Symbol.dispose]: () => client.close(),
  };
}
