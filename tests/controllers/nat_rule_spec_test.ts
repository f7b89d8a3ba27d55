import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { familiesOf, natOf } from "../../controllers/nat/rule_spec.ts";
import { nftablesOf } from "../../controllers/nat/nftables.ts";
import { IptablesDnatRule } from "../../crds/iptables_dnat_rule.ts";
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { IptablesFIPRule } from "../../crds/iptables_fip_rule.ts";
import { IptablesSnatRule } from "../../crds/iptables_snat_rule.ts";
import type { NatRule } from "../../crds/nat_rules.ts";
import type { Kind } from "../../reconcile/kind.ts";
import { holder } from "../world.ts";

const rule = (kind: Kind, spec: object) => holder(kind, "r", { spec }) as NatRule;
const port = { externalPort: "80", protocol: "tcp", internalIp: "10.0.1.9", internalPort: "8080" };

Deno.test("natOf() reads each kind of rule; a block has no host bits, an address one spelling", () => {
  const dnat = natOf(rule(IptablesDnatRule, { ...port, protocol: "UDP", type: "share" }));
  assertEquals(dnat.ok && dnat.value, {
    nat: "dnat",
    protocol: "udp",
    externalPort: 80,
    internal: 0x0a000109,
    internalPort: 8080,
    isShared: true,
  });
  const fip = natOf(rule(IptablesFIPRule, { internalIp: "FD00::0:9" }));
  assertEquals(fip.ok && [fip.value, familiesOf(fip.value)], [{
    nat: "fip",
    internal: (0xfd00n << 112n) + 9n,
  }, [6]]);
  const snat = natOf(rule(IptablesSnatRule, { internalCIDR: "10.0.1.7/24, fd00::/64" }));
  assertEquals(snat.ok && familiesOf(snat.value), [4, 6]);
});

Deno.test("natOf() takes no text that is not exactly a port, protocol, address or block", () => {
  const field = fc.constantFrom("externalPort", "internalPort", "protocol", "internalIp");
  fc.assert(
    fc.property(field, fc.string(), (name, text) => {
      const read = natOf(rule(IptablesDnatRule, { ...port, [name]: text }));
      const isFine = name === "protocol"
        ? /^(tcp|udp)$/i.test(text)
        : name === "internalIp"
        ? /^[0-9a-f.:]+$/i.test(text)
        : /^[1-9]\d{0,4}$/.test(text);
      return isFine || (!read.ok && read.problems[0]!.field === `spec.${name}`);
    }),
  );
});

Deno.test("whatever the text of a rule, its lines have nothing but what nftables knows", () => {
  const text = fc.oneof(
    fc.string(),
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom("10.0.0.0/8", "fd00::/8", "80", "tcp"),
  );
  const spec = fc.record({
    eip: text,
    internalIp: text,
    internalCIDR: text,
    externalPort: text,
    internalPort: text,
    protocol: text,
    type: fc.constantFrom("share", "exclusive"),
  });
  const kinds = fc.constantFrom<Kind>(IptablesFIPRule, IptablesDnatRule, IptablesSnatRule);
  const eip = holder(IptablesEIP, "e", { spec: {} });
  const line =
    /^( {4}(#|type nat|ip6? |oifname "net\*" ip6? )[A-Za-z0-9 .:\/\[\]{},;"*#-]*| {2}chain \w+ \{| {2}\}|\}|(add |delete )?table ip6? cadastre( \{)?|)$/;
  fc.assert(
    fc.property(kinds, spec, (kind, spec) => {
      const read = rule(kind, spec), nat = natOf(read);
      if (!nat.ok) return true;
      const state = {
        ok: true,
        rule: read,
        nat: nat.value,
        eip,
        addresses: ["192.0.2.1", "2001:db8::1"],
      } as const;
      return nftablesOf([state]).split("\n").every((each) => line.test(each));
    }),
    { numRuns: 500 },
  );
});
