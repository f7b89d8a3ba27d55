import { SandboxClient } from "../../sandbox/client.ts";
import { cases } from "../conformance/cases.ts";
import { sandbox } from "./sandbox.ts";

for (const { name, run } of cases) {
  Deno.test(`sandbox: ${name}`, async () => {
    const server = sandbox({ namespaces: ["default", "case"] });
    await run({
      client: new SandboxClient(server),
      namespace: "case",
      compact: () => Promise.resolve(server.compact()),
    });
  });
}
