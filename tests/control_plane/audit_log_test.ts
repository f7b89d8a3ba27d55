import { assertEquals } from "@std/assert";
import { eventsIn } from "./audit_log.ts";

Deno.test("an audit log is read up to the line that is being written", async () => {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, '{"verb":"get"}\n{"verb":"list"}\n{"verb":"wat');
    assertEquals((await eventsIn(file)).map(({ verb }) => verb), ["get", "list"]);
  } finally {
    await Deno.remove(file);
  }
});
