/** What a Pod shows, network by network. */
import { assertEquals } from "@std/assert";
import { networksShownBy, publicationOf, publishedBy, publishes } from "../../crds/published.ts";
import { ledger } from "../../crds/projections.ts";
import { pod, subnet, world } from "../world.ts";

const shown = (provider: string, more: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(more).map(([key, value]) => [`${provider}.kubernetes.io/${key}`, value]));

const network = (provider: string, ip_address: string, logical_switch = "sn") =>
  shown(provider, { allocated: "true", ip_address, logical_switch });

Deno.test("published: every allocated network counts, the default one first", () => {
  const several = pod("app/p", {
    annotations: {
      ...network("net1.app.ovn", "10.1.0.5", "one"),
      ...network("net1.app.ovn.eth2", "10.1.0.6,FD00::6", "one"),
      ...network("ovn", "10.16.0.2", "ovn-default"),
      ...shown("net2.app.ovn", { ip_address: "10.2.0.9", logical_switch: "two" }),
      ...shown("net3.app.ovn", { allocated: "false", ip_address: "10.2.0.9", logical_switch: "two" }),
    },
  });
  assertEquals(publishedBy(several), [
    { provider: "ovn", subnet: "ovn-default", address: "10.16.0.2" },
    { provider: "net1.app.ovn", subnet: "one", address: "10.1.0.5" },
    { provider: "net1.app.ovn.eth2", subnet: "one", address: "10.1.0.6" },
    { provider: "net1.app.ovn.eth2", subnet: "one", address: "fd00::6" },
  ]);
  assertEquals(publicationOf(several, "net1.app"), undefined, "a provider that is the beginning of another");
});

Deno.test("published: networks of other CNI plugins name their Subnet in a key of ours, or not at all", () => {
  const both = pod("app/p", {
    annotations: {
      ...shown("mv.app", { allocated: "true", ip_address: "10.3.0.4", subnet: "ext" }),
      ...shown("old.app", { allocated: "true", ip_address: "10.4.0.4" }),
    },
  });
  assertEquals(publicationOf(both, "mv.app")?.subnet, "ext");
  assertEquals(publicationOf(both, "old.app")?.subnet, "");
  assertEquals(publishes(both, { subnet: "ext", address: "10.3.0.4" }), true);
  assertEquals(publishes(both, { subnet: "other", address: "10.3.0.4" }), false);
  assertEquals(publishes(both, { subnet: "other", address: "10.4.0.4" }), true, "it may be this one");
});

Deno.test("published: nobody squats on more than two addresses of a network, and on more than 16 networks", () => {
  const greedy = pod("app/p", {
    annotations: Object.assign(
      network("a.app", Array.from({ length: 50 }, (_, i) => `10.1.0.${i}`).join()),
      ...Array.from({ length: 30 }, (_, i) => network(`n${i}.app`, `10.2.${i}.1,10.2.${i}.2`)),
      network("ovn", "10.16.0.2"),
    ),
  });
  assertEquals(networksShownBy(greedy).length, 16);
  assertEquals(networksShownBy(greedy)[0], "ovn");
  assertEquals(publicationOf(greedy, "a.app"), undefined);
  assertEquals(publishedBy(greedy).length, 1 + 14 * 2);
});

Deno.test("published: an address of one network is not taken in the Subnet of another that has the same block", () => {
  const blocks = ["one", "two"].map((name) => subnet(name, { cidrBlock: "10.1.0.0/24" }));
  const several = pod("app/p", {
    annotations: { ...network("ovn", "10.1.0.5", "one"), ...network("net1.app.ovn", "10.1.0.6", "two") },
  });
  const view = world(...blocks, several);
  const free = (name: string) => ["10.1.0.5", "10.1.0.6"].map((a) => view.project(ledger, name).isFree(a));
  assertEquals([free("one"), free("two")], [[false, true], [true, false]]);
});
