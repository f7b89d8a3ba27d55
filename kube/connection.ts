/** Which API server, and who we are to it. Made by `config/`, used by the transport. */

/** What identifies us at this moment; nothing of it is anonymous access. */
export interface Identity {
  /** Value of the header `Authorization`. */
  readonly authorization?: string;
  /** PEM; always together with `key`. */
  readonly cert?: string;
  /** PEM */
  readonly key?: string;
}

export interface Credentials {
  /**
   * The current identity; cheap unless it has expired.
   *
   * @throws Error that says which file, field or command is at fault
   */
  identity(): Promise<Identity>;
  /**
   * A new identity after the server answered 401 to `refused`; `refused` itself when there is no other.
   *
   * @throws Error as {@link Credentials.identity}
   */
  renew(refused: Identity): Promise<Identity>;
}

export interface Connection {
  /** `https://host:port`, perhaps with a path, never with a trailing slash. */
  readonly server: string;
  /** PEM, besides the certificates that the runtime trusts anyway. */
  readonly caCerts: readonly string[];
  readonly credentials: Credentials;
  /** `http://`, `https://` or `socks5://` */
  readonly proxyUrl?: string;
  /** The server's certificate shall not be checked; Deno does that only with `--unsafely-ignore-certificate-errors`. */
  readonly isUnverified?: boolean;
  /** The namespace this connection is at home in. */
  readonly namespace: string;
  /** Name of the kubeconfig context; absent inside a cluster. */
  readonly context?: string;
}
