import { assertEquals, assertRejects } from "@std/assert";
import { ConfigError } from "../../../kube/config/field.ts";
import { Folder, kubeconfig, PEM } from "./folder.ts";

Deno.test("a token file is read again every minute, and at once when the server refuses", async () => {
  await using folder = new Folder();
  await folder.write("token", "first\n");
  const { credentials } = await folder.load(
    await folder.write("config", kubeconfig({ user: "{tokenFile: token, token: other}" })),
  );
  const first = await credentials.identity();
  assertEquals(first, { authorization: "Bearer first" });
  await folder.write("token", "second");
  folder.now = 59_999;
  assertEquals(await credentials.identity(), first);
  folder.now = 60_000;
  const second = await credentials.identity();
  assertEquals(second, { authorization: "Bearer second" });
  await folder.write("token", "third");
  assertEquals(await credentials.renew(second), { authorization: "Bearer third" });
});

Deno.test("renew() gives who was refused earlier what has been read since, and who has nothing new the same", async () => {
  await using folder = new Folder();
  await folder.write("token", "first");
  const { credentials } = await folder.load(
    await folder.write("config", kubeconfig({ user: "{tokenFile: token}" })),
  );
  const first = await credentials.identity();
  assertEquals(await credentials.renew(first) === first, true);
  await folder.write("token", "second");
  const [second, again] = await Promise.all([credentials.renew(first), credentials.renew(first)]);
  assertEquals(second === again, true);
  await folder.write("token", "third");
  assertEquals(await credentials.renew(first), second);
});

Deno.test("a token file that is gone is an error of the request, and forgotten once it is back", async () => {
  await using folder = new Folder();
  const { credentials } = await folder.load(
    await folder.write("config", kubeconfig({ user: "{tokenFile: token}" })),
  );
  await assertRejects(
    () => credentials.identity(),
    ConfigError,
    `users[0].user.tokenFile: ${folder.path}/token does not exist`,
  );
  await folder.write("token", "back");
  assertEquals(await credentials.identity(), { authorization: "Bearer back" });
});

Deno.test("client certificates come from files, read again when they are rotated", async () => {
  await using folder = new Folder();
  for (const name of ["cert", "key"]) await folder.write(name, PEM);
  const user = "{client-certificate: cert, client-key: key}";
  const { credentials } = await folder.load(await folder.write("config", kubeconfig({ user })));
  assertEquals(await credentials.identity(), { cert: PEM, key: PEM });
  for (const name of ["cert", "key"]) await folder.write(name, `# new\n${PEM}`);
  folder.now = 60_000;
  assertEquals((await credentials.identity()).cert, `# new\n${PEM}`);
});

for (const [half, missing] of [["certificate", "key"], ["key", "certificate"]]) {
  Deno.test(`a client ${half} needs its ${missing}`, async () => {
    await using folder = new Folder();
    const user = `{client-${half}-data: ${btoa(PEM)}}`;
    const { credentials } = await folder.load(await folder.write("config", kubeconfig({ user })));
    await assertRejects(
      () => credentials.identity(),
      ConfigError,
      `users[0].user.client-${missing}-data is missing, and so is client-${missing}`,
    );
  });
}

Deno.test("a name and a password make basic authentication, nothing at all an anonymous one", async () => {
  await using folder = new Folder();
  const identityOf = async (text: string) =>
    await (await folder.load(await folder.write("config", text))).credentials.identity();
  assertEquals(await identityOf(kubeconfig({ user: "{username: a, password: b}" })), {
    authorization: `Basic ${btoa("a:b")}`,
  });
  assertEquals(await identityOf(kubeconfig({ user: "{}" })), {});
  assertEquals(await identityOf(kubeconfig().replace("user: u1,", "")), {});
});
