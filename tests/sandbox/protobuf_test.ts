import { assertEquals, assertThrows } from "@std/assert";
import { readProtobuf } from "../../sandbox/http/protobuf.ts";

/** `kubectl create ns foo`, as it goes over the wire. */
const NAMESPACE = "6b3873000a0f0a02763112094e616d65737061636512" +
  "1b0a130a03666f6f12001a0022002a003200380042001200" + "1a020a001a002200";

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** An envelope around a message of a kind. */
function envelope(kind: string, message: number[]): Uint8Array {
  const text = [...new TextEncoder().encode(kind)];
  const meta = [0x0a, 2, 0x76, 0x31, 0x12, text.length, ...text];
  return Uint8Array.from([0x6b, 0x38, 0x73, 0, 0x0a, meta.length, ...meta, 0x12, message.length, ...message]);
}

Deno.test("protobuf: a Namespace of kubectl; what is empty is left out", () => {
  assertEquals(readProtobuf(bytes(NAMESPACE)), {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "foo" },
  });
});

Deno.test("protobuf: maps and zeros that mean something", () => {
  const entry = [0x0a, 1, 0x61, 0x12, 1, 0x62];
  assertEquals(readProtobuf(envelope("ConfigMap", [0x12, entry.length, ...entry])).data, { a: "b" });
  assertEquals(readProtobuf(envelope("DeleteOptions", [0x08, 0])).gracePeriodSeconds, 0);
});

Deno.test("protobuf: what we do not know is refused, not dropped", () => {
  assertThrows(() => readProtobuf(envelope("Secret", [0x0a, 0])), RangeError, "Secret");
  assertThrows(() => readProtobuf(envelope("ConfigMap", [0x7a, 1, 0x61])), RangeError, "field 15");
});

Deno.test("protobuf: what is cut off or nonsense is refused", () => {
  const whole = bytes(NAMESPACE);
  for (let length = 0; length < whole.length - 2; length++) {
    const part = whole.subarray(0, length);
    // A cut between two fields leaves a shorter message.
    try {
      readProtobuf(part);
    } catch (error) {
      assertEquals(error instanceof RangeError, true, String(error));
    }
  }
  assertThrows(() => readProtobuf(envelope("ConfigMap", [0x0a, 99])), RangeError);
  assertThrows(() => readProtobuf(envelope("ConfigMap", [0x0d, 1, 2, 3, 4])), RangeError);
});
