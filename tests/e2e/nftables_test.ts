/**
 * NAT rules by nftables on a real API server: what the gateway's pod mounts is written before a rule says that it is in force, and
 * written anew before a rule or an EIP goes.
 */
import { assert, assertEquals } from "@std/assert";
import { StatefulSet } from "../../crds/foreign.ts";
import { ConfigMap } from "../../crds/gateway_parts.ts";
import { IptablesDnatRule } from "../../crds/iptables_dnat_rule.ts";
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { marksIn, nameIn } from "../../crds/nat_marks.ts";
import { type NatRule, ruleKinds } from "../../crds/nat_rules.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import { compareVersions, type Kind, type Obj } from "../../reconcile/kind.ts";
import { eventually } from "../control_plane/eventually.ts";
import { eip, fip, gateway, groundOf, kubeovn, snat, SYSTEM } from "./gateways.ts";
import type { Commit } from "./journal.ts";
import type { Scene } from "./scene.ts";
import { withCluster } from "./with_cluster.ts";

const test = withCluster({
  nodes: 2,
  components: ["nat-nftables"],
  args: ["--no-lease", "--nat-data-plane", "nftables"],
});

const TOLD = `${SYSTEM}/vpc-nat-gw-gw`, ROUNDS = 5;
const rules = [
  fip,
  kubeovn("IptablesDnatRule", "dnat", {
    eip: "eip",
    protocol: "tcp",
    externalPort: "80",
    internalIp: "10.90.1.10",
    internalPort: "8080",
  }),
  snat,
];

test("a gateway's ConfigMap has its rules before they are ready, and has them no more before they go", async (scene) => {
  const { journal } = scene.cluster;
  await groundOf(scene);
  await scene.create(gateway());
  for (let round = 0; round < ROUNDS; round++) {
    await scene.create(eip({ v4ip: "192.168.50.9" }), ...rules);
    await inForce(scene);
    if (round === 0) await scene.silent(() => {});
    await scene.merge(IptablesDnatRule, "dnat", { spec: { internalPort: "8443" } });
    await eventually("the edited rule is told", () => {
      const text = textOf(scene);
      assert(text.includes("tcp dport 80 dnat to 10.90.1.10:8443"), text);
    });
    await scene.remove(IptablesEIP, "eip");
    await Promise.all(ruleKinds.map((kind) => scene.remove(kind, nameOf(kind))));
    await eventually("EIP and rules are gone", () => {
      assertEquals(natOf(scene).map(nameIn), []);
      assertEquals([...marksIn(scene.get(ConfigMap, TOLD)).names], []);
    });
  }
  await eventually("the gateway is ready", () => {
    assertEquals(scene.get(VpcNatGateway, "gw").status?.ready, true);
  });
  await scene.remove(VpcNatGateway, "gw");
  await eventually("the gateway is gone with its parts", () => {
    const parts = [journal.get(ConfigMap, TOLD), journal.get(StatefulSet, TOLD)];
    assertEquals([journal.of(VpcNatGateway).length, parts], [0, [undefined, undefined]]);
  });
  const { ready, gone, wrong } = judged(journal.commits);
  assertEquals([ready >= ROUNDS * rules.length, gone, wrong], [true, ROUNDS * (rules.length + 1), []]);
});

const nameOf = ({ kind }: Kind): string => rules.find((rule) => rule.kind === kind)!.metadata.name;
const textOf = (scene: Scene): string => scene.get(ConfigMap, TOLD).data?.["rules.nft"] ?? "";
const natOf = ({ cluster: { journal } }: Scene): readonly Obj[] =>
  [IptablesEIP, ...ruleKinds].flatMap((kind): readonly Obj[] => journal.of(kind as Kind));

/** Waits until EIP and rules are ready, and in the text. */
async function inForce(scene: Scene): Promise<void> {
  await eventually("EIP and rules are ready", () => {
    assertEquals(natOf(scene).map((each) => (each as NatRule).status?.ready), [true, true, true, true]);
  });
  await eventually("they are told", () => {
    const text = textOf(scene);
    for (
      const line of [
        "ip daddr 192.168.50.9 dnat to 10.90.1.9",
        "ip daddr 192.168.50.9 tcp dport 80 dnat to 10.90.1.10:8080",
        'oifname "net*" ip saddr 10.90.1.0/24 snat to 192.168.50.9',
      ]
    ) assert(text.includes(line), text);
  });
}

interface Judged {
  /** How often a rule became ready, and how many rules and EIPs went. */
  ready: number;
  gone: number;
  readonly wrong: string[];
}

/** Plays all commits again in their order: what was told when a rule became ready, and when rules and EIPs went. */
function judged(commits: readonly Commit[]): Judged {
  const result: Judged = { ready: 0, gone: 0, wrong: [] }, before = new Map<string, Obj>();
  const nat = new Set([IptablesEIP, ...ruleKinds].map(({ kind }) => kind));
  let told: ReadonlySet<string> = new Set();
  for (const { kind, key, object, version } of inOrder(commits)) {
    if (kind.kind === ConfigMap.kind && key === TOLD) {
      told = object ? marksIn(object as ConfigMap).names : new Set();
    }
    if (!nat.has(kind.kind)) continue;
    const name = `${kind.kind} ${key}`, former = before.get(name) as NatRule | undefined;
    if (!object) {
      result.gone++;
      if (told.has(name)) result.wrong.push(`${name} went while it was told, at ${version}`);
      before.delete(name);
      continue;
    }
    before.set(name, object);
    if (kind.kind === IptablesEIP.kind || former?.status?.ready || !(object as NatRule).status?.ready) {
      continue;
    }
    result.ready++;
    if (!told.has(name)) result.wrong.push(`${name} was ready before it was told, at ${version}`);
  }
  return result;
}

const inOrder = (commits: readonly Commit[]): readonly Commit[] =>
  commits.toSorted((a, b) => compareVersions(a.version, b.version));
