/** What may be wrong in a reservation: it says so, holds nothing, and harms nobody. */
import { assertEquals, assertMatch } from "@std/assert";
import { IP } from "../../crds/ip.ts";
import { FIXED, reserve, served } from "./reserved.ts";

const wrong: Readonly<Record<string, { spec: IP["spec"]; name?: string; says: RegExp }>> = {
  "a name that is not its pod's": {
    spec: FIXED,
    name: "other.default",
    says: /metadata\.name is other\.default, but .* web\.default/,
  },
  "no Subnet": { spec: { ...FIXED, subnet: "" }, says: /spec\.subnet is empty; name the Subnet/ },
  "100 kB as its Subnet": {
    spec: { ...FIXED, subnet: "s".repeat(100_000) },
    says: /spec\.subnet: "s{40}…" is not the name/,
  },
  "a missing Subnet": {
    spec: { ...FIXED, subnet: "ghost" },
    says: /NoSubnet: spec\.subnet: Subnet ghost cannot be used: it does not exist/,
  },
  "an address outside": {
    spec: { v4IpAddress: "10.67.0.9" },
    says: /AddressOutOfRange: 10\.67\.0\.9 is outside/,
  },
  "the gateway": { spec: { v4IpAddress: "10.66.0.1" }, says: /AddressConflict: 10\.66\.0\.1 is the gateway/ },
  "the last address": { spec: { v4IpAddress: "10.66.0.255" }, says: /AddressOutOfRange: .* last address/ },
  "no address at all": {
    spec: { v4IpAddress: "ten" },
    says: /AddressOutOfRange: "ten" is not an IP address/,
  },
  "a MAC that is none": {
    spec: { ...FIXED, macAddress: "aa:bb" },
    says: /spec\.macAddress: "aa:bb" is not a unicast MAC/,
  },
  "a family that is not there": {
    spec: { v6IpAddress: "fd00::5" },
    says: /AddressOutOfRange: fd00::5 is outside/,
  },
};
for (const [what, { spec, name, says }] of Object.entries(wrong)) {
  Deno.test(`reservation: with ${what} says so, holds nothing, stays, and harms nobody`, () => {
    const lab = reserve(served(), "web", spec, name), key = name ?? "web.default";
    assertMatch(lab.warnings(IP, key)[0] ?? "", says);
    lab.pod("default/healthy");
    lab.settle();
    assertEquals([lab.addressOf("default/healthy"), lab.claims("sn")], ["10.66.0.2", {
      "10.66.0.2": "healthy.default",
    }]);
    assertEquals(lab.get(IP, key)?.metadata.name, key);
    lab.atRest();
    lab.delete(IP, key);
    lab.settle();
    assertEquals(lab.get(IP, key), undefined);
    lab.atRest();
  });
}
