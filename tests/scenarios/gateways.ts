/** NAT gateways between a Vpc of their own and an external Subnet. */
import type { Json } from "../../kube/api.ts";
import { attachment, ovn } from "./manifests.ts";
import type { Net, NetOptions, Stage } from "./stage.ts";

/** What NAT gateways of one scenario stand between. */
export interface Sides {
  readonly vpc: string;
  readonly inside: Net;
  /** Of a network of macvlan; a /28 unless told otherwise. */
  readonly outside: Net;
  /** Provider of {@link outside}. */
  readonly provider: string;
}

/** @param nad tells them apart where a scenario has several. */
export async function sides(s: Stage, options: NetOptions = {}, nad = "ext"): Promise<Sides> {
  const vpc = s.own(`vpc-${nad}`), provider = `${nad}.${s.namespace}`;
  await s.create(attachment(nad, provider, "macvlan"), ovn("Vpc", vpc, {}));
  const [inside, outside] = [await s.net({ vpc }), await s.net({ provider }, { prefix: 28, ...options })];
  return { vpc, inside, outside, provider };
}

/** Creates gateways with the inner addresses .250 and below; waits until each is ready, inside and outside. @param further Subnets outside @returns their names */
export async function gateways(
  s: Stage,
  between: Sides,
  count: number,
  further: readonly string[] = [],
): Promise<readonly string[]> {
  const names = Array.from({ length: count }, (_, i) => `${between.vpc.replace("vpc", "gw")}-${i}`);
  await Promise.all(
    names.map((name, i) => s.create(ovn("VpcNatGateway", name, gatewaySpec(between, 250 - i, further)))),
  );
  for (const name of names) {
    await ready(s, "VpcNatGateway", name);
    await s.eventually(
      `gateway ${name} has an outer address`,
      async () => (await outerOf(s, between, name)).length > 0,
    );
  }
  return names;
}

const gatewaySpec = ({ vpc, inside, outside }: Sides, host: number, further: readonly string[]) => ({
  vpc,
  subnet: inside.name,
  lanIp: inside.ip(host),
  externalSubnets: [outside.name, ...further],
});

/** @returns its name */
export async function eip(s: Stage, { outside }: Sides, natGwDp: string, spec: object = {}): Promise<string> {
  const name = s.own(`eip${Math.floor(Math.random() * 1e6)}`);
  await s.create(ovn("IptablesEIP", name, { natGwDp, externalSubnet: outside.name, ...spec }));
  return name;
}

export async function ready(s: Stage, kind: string, name: string): Promise<void> {
  await s.eventually(`${kind} ${name} is ready`, async () => {
    const { status } = await s.see(kind, name);
    if (!status?.ready) throw new Error(JSON.stringify(status ?? "no status"));
  });
}

/** IP records of the outer interfaces of a gateway. */
export async function outerOf(s: Stage, { outside }: Sides, gateway: string): Promise<readonly Json[]> {
  return (await s.records(outside.name)).filter(({ metadata }) => metadata.name.includes(gateway));
}

/** Names of the IP records that a gateway's pods have. */
export async function recordsOf(s: Stage, gateway: string): Promise<readonly string[]> {
  const all = await s.list("IP");
  return all.map(({ metadata }) => metadata.name).filter((name) => name.includes(gateway));
}

export async function noRecordsOf(s: Stage, gateway: string): Promise<void> {
  await s.eventually(`gateway ${gateway} has no IP record any more`, async () => {
    const left = await recordsOf(s, gateway);
    if (left.length > 0) throw new Error(left.join());
  });
}
