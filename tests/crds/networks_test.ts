/** The networks that a pod names. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { DEFAULT_NETWORK, NETWORKS } from "../../crds/annotations.ts";
import { type Selection, selectionsOf } from "../../crds/networks.ts";
import { pod } from "../world.ts";

const read = (networks: string, standard?: string) =>
  selectionsOf(pod("app/p", {
    annotations: { [NETWORKS]: networks, ...(standard === undefined ? {} : { [DEFAULT_NETWORK]: standard }) },
  }));

/** `namespace/name@interface ips mac` */
const shown = ({ key, interface: device, ips, mac }: Selection) =>
  [key + (device ? `@${device}` : ""), ips, mac].filter((part) => part !== undefined).join(" ");

function listed(text: string): readonly string[] {
  const selected = read(text);
  assert(selected.ok, JSON.stringify(selected));
  return selected.attached.map(shown);
}

function refused(text: string): string {
  const selected = read(text);
  assert(!selected.ok, text);
  return `${selected.key} ${selected.message}`;
}

Deno.test("networks: the short form has names, with namespace and interface where they are given", () => {
  assertEquals(listed("net1, kube-system/net2,net3@eth7 , a.b/c.d@x_1"), [
    "app/net1",
    "kube-system/net2",
    "app/net3@eth7",
    "a.b/c.d@x_1",
  ]);
  assertEquals([listed(""), listed("  ")], [[], []]);
});

Deno.test("networks: JSON has addresses and MACs as well; what we do not read is left alone", () => {
  const text = JSON.stringify([
    {
      name: "net1",
      namespace: "x",
      interface: "eth1",
      ips: ["10.0.0.5/24", "fd00::5"],
      mac: "0A:00:00:00:00:01",
    },
    { name: "net1", "cni-args": { a: [1] }, "default-route": ["10.0.0.1"], bandwidth: 7 },
  ]);
  assertEquals(listed(text), ["x/net1@eth1 10.0.0.5/24,fd00::5 0A:00:00:00:00:01", "app/net1"]);
  assertEquals(listed('[{"n\\u0061me":"net\\u0031"}]'), ["app/net1"], "escapes are JSON's");
  assertEquals(
    listed('[{"name":"a","name":"b"}]'),
    ["app/b"],
    "the last of equal keys counts, as for Multus",
  );
});

Deno.test("networks: what cannot be understood is named, with the key that has it", () => {
  for (
    const [text, why] of [
      ["[{", /is neither a list of names nor JSON/],
      ["{}", /is JSON, but no list/],
      ['"net1"', /is JSON, but no list/],
      ["[7]", /"" is not the name of a NetworkAttachmentDefinition/],
      ["[null]", /"" is not the name/],
      ['[{"name":["a"]}]', /name of a network is no text/],
      ['[{"name":"net1","namespace":"../x"}]', /"..\/x" is not the name of a namespace/],
      ['[{"name":"net1","interface":"a b"}]', /"a b" is not the name of an interface/],
      ['[{"name":"net1","interface":"sixteen-letters-"}]', /is not the name of an interface/],
      ['[{"name":"net1","ips":"10.0.0.5"}]', /ips of net1 is no list of texts/],
      ["a/b/c", /"a\/b\/c" is not of the form namespace\/name@interface/],
      ["a@b@c", /is not of the form/],
      ["Net1", /"Net1" is not the name/],
      ["a,,b", /"" is not the name/],
      [Array(16).fill("a").join(), /names 16 networks; a pod has at most 16 interfaces/],
      ["a".repeat(70_000), /has 70000 characters/],
    ] as const
  ) assertMatch(refused(text), why);
  assertMatch(refused("[{"), new RegExp(`^${NETWORKS.replaceAll(".", "\\.")} `));
});

Deno.test("networks: one other network can take the default one's place", () => {
  const one = read("net1", "kube-system/std");
  assert(one.ok);
  assertEquals([one.standard && shown(one.standard), one.attached.map(shown)], ["kube-system/std", [
    "app/net1",
  ]]);
  const two = read("net1", "a,b");
  assertEquals(two.ok || [two.key, two.message], [DEFAULT_NETWORK, "names 2 networks; name one"]);
});

Deno.test("networks: any text is read or refused, and never throws", () => {
  const json = fc.json().chain((text) => fc.constantFrom(text, `[${text}]`, `[{"name":${text}}]`));
  fc.assert(fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), json), (text) => {
    const selected = read(text);
    return selected.ok
      ? selected.attached.every(({ key }) => key.includes("/"))
      : selected.message.length < 400;
  }));
});
