/** What an operator process can be told on its command line. */
import { ConfigError } from "../kube/config/field.ts";
import { parseCidr, whyNotCidr } from "../ipam/cidr.ts";

/** Options in the shape of `parseArgs` of `node:util`, each with what a person needs to know of it. */
export const OPTIONS = {
  kubeconfig: { type: "string", value: "FILE", help: "this kubeconfig and no other" },
  context: { type: "string", value: "NAME", help: "this context instead of the current one" },
  http: {
    type: "string",
    value: "HOST:PORT",
    help: "serve health, metrics and explain there (:8080); off: nowhere",
  },
  "lease-namespace": { type: "string", value: "NAME", help: "where the Lease is kept (our own namespace)" },
  "no-lease": { type: "boolean", help: "lead without asking; for a single process" },
  "isolate-namespaces": {
    type: "boolean",
    help: "pods get only addresses that their namespace is bound to, or their account may use",
  },
  "default-cidr": { type: "string", value: "CIDR", help: "block of the default Subnet (10.16.0.0/16)" },
  "node-switch-cidr": { type: "string", value: "CIDR", help: "block of the join Subnet (100.64.0.0/16)" },
  "nat-gateway-namespaces": {
    type: "string",
    value: "LIST",
    help: "where NAT gateways may run; the first has their ConfigMaps (kube-system)",
  },
  "nat-data-plane": {
    type: "string",
    value: "DRIVER",
    help: "ack: gateways program themselves; nftables: their rules are written into a ConfigMap (ack)",
  },
} as const;

export interface Address {
  readonly hostname: string;
  readonly port: number;
}

export interface Configuration {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** Undefined: no endpoints. */
  readonly http: Address | undefined;
  /** `false`: no leader election. */
  readonly lease: boolean;
  /** Undefined: the namespace of the connection. */
  readonly leaseNamespace: string | undefined;
  readonly isolateNamespaces: boolean;
  readonly defaultCidr?: string;
  readonly joinCidr?: string;
  readonly gatewayNamespaces?: readonly [string, ...string[]];
  readonly natDataPlane?: NatDriver;
}

const DRIVERS = ["ack", "nftables"] as const;
export type NatDriver = typeof DRIVERS[number];

type Values = { readonly [name in keyof typeof OPTIONS]?: string | boolean | undefined };

/** @throws ConfigError that names the option and what to write instead */
export function configurationOf(values: Values): Configuration {
  const text = (name: keyof typeof OPTIONS) => {
    const value = values[name];
    if (value === "") throw new ConfigError(`--${name} needs a value: --${name} …`);
    return typeof value === "string" ? value : undefined;
  };
  return {
    kubeconfig: text("kubeconfig"),
    context: text("context"),
    http: addressOf(text("http") ?? ":8080"),
    lease: values["no-lease"] !== true,
    leaseNamespace: text("lease-namespace"),
    isolateNamespaces: values["isolate-namespaces"] === true,
    ...block("default-cidr", text("default-cidr"), (defaultCidr) => ({ defaultCidr })),
    ...block("node-switch-cidr", text("node-switch-cidr"), (joinCidr) => ({ joinCidr })),
    ...namespaces(text("nat-gateway-namespaces")),
    ...driver(text("nat-data-plane")),
  };
}

/**
 * `:8080` means every interface, `off` none.
 *
 * @throws ConfigError when it is neither
 */
export function addressOf(text: string): Address | undefined {
  if (text === "off") return undefined;
  const [, host = "", digits = ""] = /^(.*):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === "" || port > 65_535) {
    throw new ConfigError(`--http ${text}: write HOST:PORT, as 127.0.0.1:8080 or :8080, or off`);
  }
  return { hostname: host.replace(/^\[(.*)\]$/, "$1") || "0.0.0.0", port };
}

function namespaces(list: string | undefined): Pick<Configuration, "gatewayNamespaces"> {
  if (list === undefined) return {};
  const [first = "", ...others] = list.split(",");
  const wrong = [first, ...others].find((name) => !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name));
  if (wrong === undefined) return { gatewayNamespaces: [first, ...others] };
  throw new ConfigError(
    `--nat-gateway-namespaces ${list}: "${wrong}" is no namespace; write NAME or NAME,NAME`,
  );
}

function driver(name: string | undefined): Pick<Configuration, "natDataPlane"> {
  if (name === undefined) return {};
  const natDataPlane = DRIVERS.find((each) => each === name);
  if (natDataPlane) return { natDataPlane };
  throw new ConfigError(`--nat-data-plane ${name}: write ${DRIVERS.join(" or ")}`);
}

/** One block, or one of each family. */
function block<T>(option: string, value: string | undefined, field: (value: string) => T): T | undefined {
  if (value === undefined) return undefined;
  for (const part of value.split(",")) {
    if (!parseCidr(part)) throw new ConfigError(`--${option} ${value}: ${whyNotCidr(part)}`);
  }
  return field(value);
}
