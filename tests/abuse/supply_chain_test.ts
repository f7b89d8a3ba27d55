/** What comes in from elsewhere, and what it could do if it were not what it seems. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);
const config = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
const lock = JSON.parse(Deno.readTextFileSync(new URL("deno.lock", ROOT)));
const dockerfile = Deno.readTextFileSync(new URL("Dockerfile", ROOT));
const flags: readonly string[] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)![1]!).slice(2);

/** Runs a program with the flags of the image, in a folder with our configuration. @returns what it complained about, or "". */
async function run(program: string, { lockFile = lock }: { lockFile?: object } = {}): Promise<string> {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ ...config, tasks: {}, lint: {} }));
  await Deno.writeTextFile(`${folder}/deno.lock`, JSON.stringify(lockFile));
  await Deno.writeTextFile(`${folder}/main.ts`, program);
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, "main.ts"],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  await Deno.remove(folder, { recursive: true });
  return code === 0 ? "" : new TextDecoder().decode(stderr);
}

Deno.test("supply chain: every package is of one version, with its checksum, and runs nothing when it is installed", () => {
  for (const [name, specifier] of Object.entries<string>(config.imports)) {
    assertMatch(specifier, /^npm:@?[a-z./-]+@\d+\.\d+\.\d+$|^\.\/tests\//, name);
  }
  for (const [name, entry] of Object.entries<{ integrity: string; scripts?: boolean }>(lock.npm)) {
    assertMatch(entry.integrity, /^sha512-/, name);
    assertEquals(entry.scripts, undefined, name);
  }
  assertEquals([lock.remote, lock.jsr, config.lock.frozen], [undefined, undefined, true]);
});

Deno.test("supply chain: the image is granted these permissions and no other", () => {
  assertEquals(
    flags.filter((flag) => flag.startsWith("--allow") || flag.startsWith("--unsafe") || flag === "-A"),
    [
      "--allow-read=/var/run/secrets/kubernetes.io/serviceaccount",
      "--allow-env=KUBERNETES_SERVICE_HOST,KUBERNETES_SERVICE_PORT,POD_NAME,POD_NAMESPACE",
    ],
  );
  for (const flag of ["--no-prompt", "--cached-only", "--no-remote", "--frozen", "--deny-import"]) {
    assert(flags.includes(flag), flag);
  }
  assertMatch(dockerfile, /^USER 65532:65532$/m);
  for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm)) {
    assert(!image!.endsWith(":latest") && image!.match(/[:@-]/), image);
  }
});

Deno.test("supply chain: a lock file that does not know a package, or another version of it, is refused", async () => {
  const program = 'import { Hono } from "hono"; new Hono();';
  assertEquals(await run(program), "");
  const [specifier, version] = Object.entries<string>(lock.specifiers).find(([name]) =>
    name.startsWith("npm:hono@")
  )!;
  const { [specifier]: _, ...specifiers } = lock.specifiers, { [`hono@${version}`]: __, ...npm } = lock.npm;
  assertStringIncludes(await run(program, { lockFile: { ...lock, specifiers, npm } }), "error");
});

Deno.test("supply chain: code from elsewhere is not loaded", async () => {
  assertMatch(await run('import "https://example.com/evil.ts";'), /remote|import/i);
  assertMatch(await run('await import("https://example.com/evil.ts");'), /remote|import/i);
});

Deno.test("supply chain: a package gone bad reads no file, writes none, runs nothing, calls nobody and sees no environment", async () => {
  const attempts = [
    'Deno.readTextFileSync("/etc/passwd")',
    'Deno.readTextFileSync("/proc/self/environ")',
    'Deno.writeTextFileSync("/tmp/evil", "")',
    'new Deno.Command("sh").outputSync()',
    'Deno.env.get("HOME")',
    'await fetch("http://127.0.0.1:8081/")',
    'Deno.dlopen("libc.so.6", {})',
    "Deno.hostname()",
  ];
  for (const attempt of attempts) assertStringIncludes(await run(attempt), "NotCapable", attempt);
});
