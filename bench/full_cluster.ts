/**
 * A settled cluster behind HTTP, in a process of its own: `deno run -A bench/full_cluster.ts <pods>` prints its URL when it is served.
 *
 * The sandbox stands in for an API server here: what is measured is the reader, and 150,000 objects are filled in seconds.
 */
import { Node, Pod } from "../crds/foreign.ts";
import { definitions, kinds } from "../crds/mod.ts";
import { projections } from "../crds/projections.ts";
import { rules } from "../crds/rules.ts";
import { seeds, tables } from "../controllers/mod.ts";
import { serve } from "../sandbox/http/serve.ts";
import { ApiServer } from "../sandbox/server.ts";
import { Lab } from "../tests/lab.ts";

/** About as large as a pod of a Deployment is: 3 kB without managedFields. */
function podBody(i: number) {
  const env = Array.from(
    { length: 12 },
    (_, n) => ({ name: `VARIABLE_${n}`, value: `value-${n}-of-pod-${i}` }),
  );
  const volumeMounts = ["config", "data", "token"].map((name) => ({
    name,
    mountPath: `/var/run/example/${name}`,
  }));
  const resources = { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } };
  return {
    metadata: {
      name: `web-6d4b75cb6d-${i}`,
      namespace: "default",
      labels: { app: "web", "pod-template-hash": "6d4b75cb6d" },
      annotations: {
        "example.com/checksum": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      },
    },
    spec: {
      nodeName: `node-${i % 100}`,
      restartPolicy: "Always",
      containers: [{
        name: "main",
        image: "registry.example.com/team/web:1.27.3",
        env,
        volumeMounts,
        resources,
      }],
      volumes: ["config", "data", "token"].map((name) => ({ name, emptyDir: {} })),
      tolerations: [{
        key: "node.kubernetes.io/not-ready",
        operator: "Exists",
        effect: "NoExecute",
        tolerationSeconds: 300,
      }],
    },
    status: { phase: "Running" },
  };
}

function fill(pods: number): ApiServer {
  let uid = 0;
  const server = new ApiServer({
    now: () => "2026-01-01T00:00:00Z",
    uid: () => `00000000-0000-4000-8000-${String(++uid).padStart(12, "0")}`,
    definitions,
  });
  const lab = new Lab({ server, rules, kinds, tables, projections, seeds: seeds() });
  lab.settle({ ms: 5000 });
  for (let i = 0; i < 100; i++) lab.create(Node, { metadata: { name: `node-${i}` } });
  for (let i = 0; i < pods; i++) {
    lab.create(Pod, podBody(i));
    if (i % 1000 === 999) lab.settle();
  }
  lab.settle({ ms: 5000 });
  return server;
}

console.log(serve(fill(Number(Deno.args[0] ?? 1000))).url);
