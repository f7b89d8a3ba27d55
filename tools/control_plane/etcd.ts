/** The store of a control plane, alone and without durability: a power cut may lose it, a killed process does not. */
import { type Component, component, type ComponentOptions } from "./component.ts";

export interface Etcd extends Component {
  readonly url: string;
  /** Forgets all history before now, so that watches and pages which start there are answered with 410 Gone. */
  compact(): Promise<void>;
}

export function etcd(
  { port, ...common }: Pick<ComponentOptions, "binary" | "folder" | "reaper"> & { port: number },
): Etcd {
  const url = `http://127.0.0.1:${port}`;
  const call = async (path: string, body: unknown) => {
    const answer = await fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`etcd answered ${answer.status} to ${path}: ${await answer.text()}`);
    return await answer.json();
  };
  return {
    ...component({
      ...common,
      name: "etcd",
      args: [
        `--data-dir=${common.folder}/etcd`,
        `--listen-client-urls=${url}`,
        `--advertise-client-urls=${url}`,
        "--listen-peer-urls=http://127.0.0.1:0",
        "--unsafe-no-fsync",
        "--log-level=warn",
      ],
      async isReady() {
        const answer = await fetch(`${url}/health`);
        return answer.ok && (await answer.json()).health === "true";
      },
    }),
    url,
    async compact() {
      const { header } = await call("/v3/kv/range", { key: btoa("compact_rev_key") });
      await call("/v3/kv/compaction", { revision: header.revision, physical: true });
    },
  };
}
