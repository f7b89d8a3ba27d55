import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { cli } from "./deno.ts";

Deno.test("dev --once brings the example to its expected end over HTTP, whatever the kubeconfig says", async () => {
  const kubeconfig = await Deno.makeTempFile();
  await Deno.writeTextFile(kubeconfig, "apiVersion: v1\nkind: Config\ncurrent-context: kind-mine\n");
  const { code, stdout } = await cli(["dev", "--once"], { KUBECONFIG: kubeconfig });
  await Deno.remove(kubeconfig);
  assertMatch(stdout, /kubectl --server http:\/\/127\.0\.0\.1:\d+ get/);
  assertMatch(stdout, /curl http:\/\/127\.0\.0\.1:\d+\/explain\/pod\/shop\/stray/);
  assertMatch(stdout, /Pod lab\/database +PodNetworkAllocated +.*ip=10\.30\.0\.77,fd00:30::/);
  assertMatch(stdout, /Pod shop\/stray +! AcquireAddressFailed +NoSubnet/);
  assert(!stdout.includes("\nNOT "), stdout);
  assertEquals(code, 0);
});

Deno.test("dev --once -o json prints one object and nothing else", async () => {
  const { code, stdout } = await cli(["dev", "--once", "-o", "json"]);
  const { ok, settled, result } = JSON.parse(stdout);
  assertEquals([code, ok, settled], [0, true, true]);
  assertEquals(
    result.filter((each: { expected: string; actual: string }) => each.expected !== each.actual),
    [],
  );
});

Deno.test("dev on a context that does not exist says which there are", async () => {
  const kubeconfig = await Deno.makeTempFile();
  await Deno.writeTextFile(
    kubeconfig,
    "apiVersion: v1\nkind: Config\ncontexts: [{name: there, context: {}}]\n",
  );
  const { code, stderr } = await cli(["dev", "--context", "elsewhere"], { KUBECONFIG: kubeconfig });
  await Deno.remove(kubeconfig);
  assertEquals(code, 1);
  assertStringIncludes(stderr, `no context "elsewhere"; choose with --context: there`);
});
