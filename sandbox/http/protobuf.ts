/**
 * Bodies in Kubernetes' protobuf envelope, which kubectl uses for some built-in kinds whatever the server prefers.
 *
 * Reading only, and only the messages of `messages.ts`: a field that is not there is refused, never dropped.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
import type { Json } from "../../kube/api.ts";
import { type Field, IGNORED, type Message, messages } from "./messages.ts";

const MAGIC = [0x6b, 0x38, 0x73, 0x00];
const ENVELOPE: Message = {
  1: ["typeMeta", { message: { 1: ["apiVersion", "string"], 2: ["kind", "string"] } }],
  2: ["raw", "bytes"],
  3: ["contentEncoding", "string"],
  4: ["contentType", "string"],
};

/** @throws RangeError when it is malformed, or has more to say than we know. */
export function readProtobuf(bytes: Uint8Array): Json {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) throw new RangeError("no Kubernetes protobuf envelope");
  const { typeMeta = {}, raw } = readMessage(ENVELOPE, bytes.subarray(MAGIC.length));
  const message = messages.get(typeMeta.kind);
  if (!message || !raw) {
    throw new RangeError(`protobuf of kind "${typeMeta.kind}" is not understood; send JSON`);
  }
  return { ...typeMeta, ...readMessage(message, raw) };
}

function readMessage(message: Message, bytes: Uint8Array): Record<string, Json> {
  const result: Record<string, Json> = {};
  const reader = new Reader(bytes);
  while (!reader.isAtEnd()) {
    const { number, value } = reader.field();
    const field = message[number];
    if (field === undefined) {
      // Go writes out zeros, empty text and empty messages all the same.
      if (value === 0 || typeof value !== "number" && value.length === 0) continue;
      throw new RangeError(`protobuf field ${number} is not understood; send JSON`);
    }
    if (field !== IGNORED) put(result, field, value);
  }
  return result;
}

function put(result: Record<string, Json>, [name, type, keepsZero]: Field, value: number | Uint8Array): void {
  if (typeof type === "object" && "list" in type) {
    (result[name] ??= []).push(read(type.list, value));
  } else if (typeof type === "object" && "map" in type) {
    const entry = readMessage({ 1: ["key", "string"], 2: ["value", type.map] }, bytesOf(value));
    Object.defineProperty(result[name] ??= {}, entry.key ?? "", {
      value: entry.value ?? "",
      enumerable: true,
    });
  } else {
    const found = read(type, value);
    // Go writes zero values out where they mean "not given".
    const isZero = found === "" || found === 0 || found === false || found === undefined ||
      typeof found === "object" && Object.keys(found).length === 0;
    if (keepsZero ? found !== undefined : !isZero) result[name] = found;
  }
}

function read(type: Field[1], value: number | Uint8Array): Json {
  if (typeof type === "object") {
    if ("message" in type) return readMessage(type.message, bytesOf(value));
    throw new RangeError("a list of lists is not understood");
  }
  switch (type) {
    case "int":
      return Number(value);
    case "bool":
      return value === 1;
    case "bytes":
      return value;
    case "base64":
      return btoa(String.fromCharCode(...bytesOf(value)));
    case "string":
      return new TextDecoder().decode(bytesOf(value));
    case "time": {
      const { seconds } = readMessage({ 1: ["seconds", "int"], 2: ["nanos", "int"] }, bytesOf(value));
      return seconds === undefined ? undefined : new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
    }
    case "quantity":
      return readMessage({ 1: ["string", "string"] }, bytesOf(value)).string;
  }
}

function bytesOf(value: number | Uint8Array): Uint8Array {
  if (typeof value === "number") throw new RangeError("a number where a message should be");
  return value;
}

class Reader {
  #at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  field(): { number: number; value: number | Uint8Array } {
    const tag = this.#varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        return { number, value: this.#varint() };
      case 2: {
        const length = this.#varint();
        const start = this.#at;
        this.#at += length;
        if (this.#at > this.#bytes.length) throw new RangeError("protobuf is cut off");
        return { number, value: this.#bytes.subarray(start, this.#at) };
      }
    }
    throw new RangeError(`protobuf wire type ${tag % 8} is not understood`);
  }

  /** Negative numbers, ten bytes long, come out as themselves. */
  #varint(): number {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError("protobuf is cut off");
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, result));
    }
    throw new RangeError("a protobuf number is too long");
  }
}
