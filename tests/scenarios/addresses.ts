/** Blocks of addresses that no other scenario has, and the little arithmetic that scenarios need. */

export interface Block {
  /** `10.140.3.0/24` */
  readonly cidr: string;
  /** `ip(10)` is `10.140.3.10`. */
  ip(host: number): string;
}

const taken = new Set<string>();

/** A /24, some of them or a part of one, out of 10.128.0.0/9, drawn at random: others may draw on the same cluster. */
export function block(prefix = 24): Block {
  const count = 2 ** Math.max(0, 24 - prefix);
  for (;;) {
    const second = 128 + random(128), third = random(256 / count) * count;
    const parts = Array.from({ length: count }, (_, i) => `10.${second}.${third + i}`);
    if (parts.some((part) => taken.has(part))) continue;
    for (const part of parts) taken.add(part);
    return { cidr: `${parts[0]}.0/${prefix}`, ip: (host) => `${parts[host >> 8]}.${host & 255}` };
  }
}

/** A /112 out of fd66::/16. */
export function block6(): Block {
  const start = `fd66:${hex()}:${hex()}:${hex()}`;
  return { cidr: `${start}::/112`, ip: (host) => `${start}::${host.toString(16)}` };
}

// Without the leading zeros that canonical text does not have, and never 0.
const hex = (): string => (1 + random(0xfffe)).toString(16);
const random = (below: number): number => Math.floor(Math.random() * below);

/** Six letters and digits that make names nobody else has. */
export function suffix(): string {
  return Array.from({ length: 6 }, () => "bcdfghjklmnpqrstvwxz2456789"[random(27)]).join("");
}

/** All addresses of a range string such as `10.0.0.1-10.0.0.3,10.0.0.9`; IPv4 only. */
export function spread(ranges: string): readonly string[] {
  return ranges.split(",").filter(Boolean).flatMap((run) => {
    const [from, to = from] = run.split("-") as [string, string?];
    const [first, last] = [number(from), number(to!)];
    return Array.from({ length: last - first + 1 }, (_, i) => text(first + i));
  });
}

const number = (ip: string): number => ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const text = (n: number): string => [n >>> 24, n >>> 16 & 255, n >>> 8 & 255, n & 255].join(".");
