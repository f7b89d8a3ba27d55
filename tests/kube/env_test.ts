import { assert, assertEquals } from "@std/assert";
import { systemEnv, systemVariable } from "../../kube/env.ts";

Deno.test("systemEnv().sleep() ends when it is aborted, before or during, and never rejects", async () => {
  const stop = new AbortController();
  const sleeping = systemEnv().sleep(60_000, stop.signal);
  stop.abort();
  await sleeping;
  await systemEnv().sleep(60_000, stop.signal);
});

Deno.test("systemEnv() has a clock that moves and numbers in [0, 1)", async () => {
  const env = systemEnv();
  const before = env.now();
  await env.sleep(2);
  assert(env.now() > before);
  const number = env.random();
  assert(number >= 0 && number < 1);
});

Deno.test("systemVariable() is undefined for what is not set and for what must not be seen", async () => {
  const module = new URL("../../kube/env.ts", import.meta.url);
  const script =
    `import { systemVariable } from "${module}"; console.log(systemVariable("SEEN"), systemVariable("HIDDEN"));`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-env=SEEN", `data:text/javascript,${encodeURIComponent(script)}`],
    env: { SEEN: "seen", HIDDEN: "hidden" },
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "seen undefined\n");
  assertEquals(systemVariable("CADASTRE_NO_SUCH_VARIABLE"), undefined);
});
