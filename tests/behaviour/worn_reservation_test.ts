/** Reservations and the pods that wear them. */
import { assertEquals, assertMatch } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { FIXED, reserve, served } from "./reserved.ts";

Deno.test("reservation: the pod of that name wears it, with a MAC, and it outlives the pod", () => {
  const lab = reserve(served(), "web", FIXED);
  for (const life of [1, 2]) {
    lab.pod("default/web");
    lab.settle();
    assertEquals(lab.addressOf("default/web"), "10.66.0.9", `life ${life}`);
    assertMatch(lab.told(Pod, "default/web").mac_address ?? "", /^[0-9a-f][26ae](:[0-9a-f]{2}){5}$/);
    assertEquals(lab.told(Pod, "default/web").mac_address, lab.get(IP, "web.default")?.spec.macAddress);
    lab.atRest();
    lab.kill("default/web");
    lab.settle();
    assertEquals(lab.claims("sn"), { "10.66.0.9": "web.default" });
    lab.atRest();
  }
});

Deno.test("reservation: a MAC in it is the pod's, held by a claim as every MAC that was asked for", () => {
  const lab = reserve(served(), "web", { ...FIXED, macAddress: "0A:00:5E:00:53:01" });
  assertEquals(lab.claims("sn"), { "10.66.0.9": "web.default", "0a:00:5e:00:53:01": "web.default" });
  lab.pod("default/web");
  lab.pod("default/thief", { mac_address: "0a:00:5e:00:53:01" });
  lab.settle();
  assertEquals(lab.told(Pod, "default/web").mac_address, "0A:00:5E:00:53:01");
  assertMatch(lab.warnings(Pod, "default/thief")[0]!, /AddressConflict: .*IP web\.default/);
  lab.atRest();
});

Deno.test("reservation: a MAC that a pod has waits for it, and the pod of the reservation with it", () => {
  const lab = served();
  lab.pod("default/holder", { mac_address: "0a:00:5e:00:53:01" });
  lab.settle();
  reserve(lab, "web", { ...FIXED, macAddress: "0a:00:5e:00:53:01" });
  lab.pod("default/web");
  lab.settle();
  assertMatch(
    lab.warnings(IP, "web.default")[0]!,
    /AddressConflict: spec\.macAddress: .* held by IP holder\.default/,
  );
  assertEquals(lab.addressOf("default/web"), undefined);
  lab.kill("default/holder");
  lab.settle();
  assertEquals(lab.addressOf("default/web"), "10.66.0.9");
  lab.atRest();
});

Deno.test("reservation: beats what the pod asks for", () => {
  const lab = reserve(served(), "web", FIXED);
  lab.pod("default/web", { ip_address: "10.66.0.10" });
  lab.settle();
  assertEquals(lab.addressOf("default/web"), "10.66.0.9");
  lab.atRest();
});

Deno.test("reservation: deleted, its address is free; but not under a pod that wears it", () => {
  const lab = reserve(served(), "web", FIXED);
  lab.delete(IP, "web.default");
  lab.settle();
  assertEquals([lab.records(), lab.claims("sn")], [[], {}]);
  reserve(lab, "web", FIXED);
  lab.pod("default/web");
  lab.settle();
  lab.delete(IP, "web.default");
  lab.settle();
  assertEquals([lab.addressOf("default/web"), lab.claims("sn")], ["10.66.0.9", {
    "10.66.0.9": "web.default",
  }]);
  lab.kill("default/web");
  lab.settle();
  assertEquals(lab.records(), []);
  lab.atRest();
});

Deno.test("reservation: of an address that a pod has waits for it, and says for whom; the pod keeps it", () => {
  const lab = served();
  lab.pod("default/holder", { ip_address: "10.66.0.9" });
  lab.settle();
  reserve(lab, "web", FIXED);
  assertMatch(
    lab.warnings(IP, "web.default")[0]!,
    /AddressConflict: 10\.66\.0\.9 is held by IP holder\.default/,
  );
  lab.pod("default/web");
  lab.settle();
  assertEquals(lab.addresses("holder", "web"), ["10.66.0.9", undefined]);
  assertMatch(
    lab.warnings(Pod, "default/web")[0]!,
    /AddressConflict: 10\.66\.0\.9 of reservation web\.default is held by IP holder/,
  );
  lab.atRest();
  lab.kill("default/holder");
  lab.settle();
  assertEquals(lab.addressOf("default/web"), "10.66.0.9");
  lab.atRest();
});
