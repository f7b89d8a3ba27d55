import { assertEquals } from "@std/assert";
import { downloadInto, newestRelease } from "../../tools/control_plane/download.ts";
import { KUBERNETES_VERSION } from "../../tools/control_plane/version.ts";

const index = (releases: Record<string, string>, platform = "linux-amd64") =>
  "releases:\n" +
  Object.entries(releases).map(([version, url]) =>
    `  ${version}:\n    envtest-${version}-${platform}.tar.gz:\n      hash: hash-of-${version}\n      selfLink: ${url}\n`
  ).join("");

Deno.test("the newest patch of the same minor version is chosen", () => {
  const text = index({
    "v1.36.9": "nine",
    "v1.36.10": "ten",
    "v1.37.0": "other",
    "v1.36.11-rc.1": "candidate",
  });
  assertEquals(newestRelease(text, "v1.36.3", "linux-amd64"), { url: "ten", sha512: "hash-of-v1.36.10" });
});

Deno.test("without a release for this machine there is none", () => {
  assertEquals(newestRelease(index({ "v1.36.0": "url" }), "v1.36.3", "darwin-arm64"), undefined);
  assertEquals(newestRelease(index({ "v1.35.0": "url" }), "v1.36.3", "linux-amd64"), undefined);
});

/** Serves an index and an archive with one program in it, `hash` as its checksum; returns what a download put into a folder. */
async function download({ hash }: { hash?: string }): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  const inside = `${folder}/source/controller-tools/envtest`;
  await Deno.mkdir(inside, { recursive: true });
  for (const name of ["etcd", "kubectl", "kube-apiserver"]) {
    await Deno.writeTextFile(`${inside}/${name}`, name);
  }
  const tar = { args: ["-czf", `${folder}/archive.tar.gz`, "-C", `${folder}/source`, "controller-tools"] };
  await new Deno.Command("tar", tar).output();
  const archive = await Deno.readFile(`${folder}/archive.tar.gz`);
  const sha512 = hash ?? new Uint8Array(await crypto.subtle.digest("SHA-512", archive)).toHex();

  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { origin, pathname } = new URL(request.url);
    if (pathname === "/archive") return new Response(archive);
    const platform = `${Deno.build.os}-${Deno.build.arch === "x86_64" ? "amd64" : "arm64"}`;
    const listed = index({ [KUBERNETES_VERSION]: `${origin}/archive` }, platform);
    return new Response(listed.replace(/hash: .*/, `hash: ${sha512}`));
  });
  const into = `${folder}/into`;
  await Deno.mkdir(into);
  await downloadInto(into, {
    programs: ["etcd", "kube-controller-manager"],
    log() {},
    index: `http://127.0.0.1:${server.addr.port}/index`,
  });
  const found = [...Deno.readDirSync(into)].map(({ name }) => name);
  await Deno.remove(folder, { recursive: true });
  return found;
}

Deno.test("a download yields the wanted programs that are published, and nothing else", async () => {
  assertEquals(await download({}), ["etcd"]);
});

Deno.test("an archive with a wrong checksum yields nothing", async () => {
  assertEquals(await download({ hash: "0".repeat(128) }), []);
});

Deno.test("without a network a download yields nothing", async () => {
  const folder = await Deno.makeTempDir();
  await downloadInto(folder, { programs: ["etcd"], log() {}, index: "http://127.0.0.1:1/index" });
  assertEquals([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder);
});
