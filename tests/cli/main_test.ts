import { assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);

Deno.test("what a person can mend is one line, and the process ends with 1", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "main.ts", "--kubeconfig", "/nowhere/config"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trimEnd();
  assertEquals([code, text(stdout), text(stderr)], [1, "", "--kubeconfig: /nowhere/config does not exist"]);
});
