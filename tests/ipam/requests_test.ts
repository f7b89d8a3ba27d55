import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { isCanonical } from "../../ipam/address.ts";
import type { Answer } from "../../ipam/problem.ts";
import { parseIpAddress, parseIpFamily, parseIpPool, parseMacAddress } from "../../ipam/requests.ts";
import { anyText } from "./arbitraries.ts";

function value<T>(answer: Answer<T>): T | string {
  return answer.ok ? answer.value : answer.refusal.word;
}

function reason(answer: Answer<unknown>): string {
  return answer.ok ? "" : answer.refusal.message;
}

const [v4, v6] = [undefined, undefined];

Deno.test("ip_address names one address of one or both families, in either order, with or without prefix length", () => {
  assertEquals(value(parseIpAddress("10.0.0.5")), { v4: "10.0.0.5", v6 });
  assertEquals(value(parseIpAddress("FD00::0005")), { v4, v6: "fd00::5" });
  assertEquals(value(parseIpAddress("10.0.0.5,fd00::5")), { v4: "10.0.0.5", v6: "fd00::5" });
  assertEquals(value(parseIpAddress("fd00::5, 10.0.0.5")), { v4: "10.0.0.5", v6: "fd00::5" });
  assertEquals(value(parseIpAddress("10.0.0.5/24,fd00::5/64")), { v4: "10.0.0.5", v6: "fd00::5" });
});

Deno.test("ip_address that is none, or two of a family, is refused with its word", () => {
  for (
    const text of [
      "",
      "10.0.0",
      "10.0.0.5,",
      "10.0.0.5/33",
      "10.0.0.5/",
      "fe80::1%eth0",
      "10.0.0.1..10.0.0.5",
      "a;b",
    ]
  ) {
    assertEquals(value(parseIpAddress(text)), "AddressOutOfRange", text);
  }
  assertStringIncludes(reason(parseIpAddress("::ffff:10.0.0.5")), "write 10.0.0.5");
  assertEquals(value(parseIpAddress("10.0.0.5,10.0.0.6")), "InvalidIPFamily");
  assertEquals(value(parseIpAddress("10.0.0.5,fd00::5,10.0.0.6")), "InvalidIPFamily");
});

Deno.test("mac_address is a unicast MAC in any usual spelling", () => {
  assertEquals(value(parseMacAddress("0A:00:5E:00:53:01")), "0a:00:5e:00:53:01");
  assertEquals(value(parseMacAddress(" 0a-00-5e-00-53-01 ")), "0a:00:5e:00:53:01");
  for (const text of ["", "01:00:5e:00:53:01", "00:00:00:00:00:00", "0a:00:5e:00:53", "10.0.0.1"]) {
    assertEquals(value(parseMacAddress(text)), "AddressOutOfRange", text);
  }
});

Deno.test("ip_pool is the name of an IPPool", () => {
  for (const name of ["blue", "constructor", "pool-1.example", "10.0.0", "1"]) {
    assertEquals(value(parseIpPool(name)), { form: "pool", name });
  }
});

Deno.test("ip_pool is a list of addresses of one family, in its order", () => {
  assertEquals(value(parseIpPool("10.0.0.7, 10.0.0.5,10.0.0.7")), {
    form: "list",
    choices: [{ v4: "10.0.0.7", v6 }, { v4: "10.0.0.5", v6 }, { v4: "10.0.0.7", v6 }],
  });
  assertEquals(value(parseIpPool("fd00::7,fd00::5")), {
    form: "list",
    choices: [{ v4, v6: "fd00::7" }, { v4, v6: "fd00::5" }],
  });
  assertEquals(value(parseIpPool("10.0.0.7")), { form: "list", choices: [{ v4: "10.0.0.7", v6 }] });
});

Deno.test("ip_pool is a list of pairs, or a single pair", () => {
  assertEquals(value(parseIpPool("10.0.0.5,fd00::5;fd00::6,10.0.0.6")), {
    form: "list",
    choices: [{ v4: "10.0.0.5", v6: "fd00::5" }, { v4: "10.0.0.6", v6: "fd00::6" }],
  });
  assertEquals(value(parseIpPool("10.0.0.5,fd00::5")), {
    form: "list",
    choices: [{ v4: "10.0.0.5", v6: "fd00::5" }],
  });
});

Deno.test("ip_pool that is none of these is refused with its word", () => {
  for (
    const text of [
      "",
      "10.0.0.256",
      "10.0.0.5,",
      "10.0.0.5;;10.0.0.6",
      "blue,green",
      "__proto__",
      "Blue",
      "10.0.0.1..10.0.0.5",
    ]
  ) {
    assertEquals(value(parseIpPool(text)), "AddressOutOfRange", text);
  }
  assertEquals(value(parseIpPool("10.0.0.5,fd00::5,10.0.0.6")), "InvalidIPFamily");
  assertEquals(value(parseIpPool("10.0.0.5,10.0.0.6;10.0.0.7,10.0.0.8")), "InvalidIPFamily");
});

Deno.test("ip_family is ipv4 or ipv6 in any case", () => {
  assertEquals([value(parseIpFamily("IPv4")), value(parseIpFamily(" ipv6 "))], [4, 6]);
  for (const text of ["", "dual", "4", "ipv4,ipv6"]) {
    assertEquals(value(parseIpFamily(text)), "InvalidIPFamily", text);
  }
});

Deno.test("100 kB of text in an annotation give a short reason", () => {
  for (const unit of ["10.0.0.5,", "10.0.0.5;", "a", ":", " ", ",", "0a:00:5e:00:53:01"]) {
    const text = unit.repeat(Math.ceil(100_000 / unit.length));
    for (const parse of [parseIpAddress, parseMacAddress, parseIpPool, parseIpFamily]) {
      const answer = parse(text);
      assert(!answer.ok && answer.refusal.message.length < 160, unit);
    }
  }
});

Deno.test("ip_pool may have 64 KiB, and no more", () => {
  const list = Array.from({ length: 6_000 }, () => "10.0.0.5").join(",");
  const [most, more] = [
    `${list}${" ".repeat(65_536 - list.length)}`,
    `${list}${" ".repeat(65_537 - list.length)}`,
  ];
  assertEquals(parseIpPool(most).ok, true);
  assertEquals(reason(parseIpPool(more)), "ip_pool has 65537 characters, more than 65536");
});

Deno.test("no text makes a parser throw, and every address it takes is canonical", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const parse of [parseIpAddress, parseMacAddress, parseIpPool, parseIpFamily]) {
        const answer = parse(text);
        if (!answer.ok) assert(/^[\x20-\x7e…]{1,160}$/.test(answer.refusal.message), answer.refusal.message);
      }
      const pool = parseIpPool(text);
      if (!pool.ok || pool.value.form === "pool") return;
      for (const { v4, v6 } of pool.value.choices) {
        const both = [v4, v6].filter((address) => address !== undefined);
        assert(both.length > 0 && both.every(isCanonical));
      }
    }),
    { numRuns: 3_000 },
  );
});
