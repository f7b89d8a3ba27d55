/** Reads values out of a YAML document that a person has written, with errors that say where and what. */
import { dirname, resolve } from "node:path";

/** The configuration cannot be used; the message names the file, the field and the remedy, in one line. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** A place in a configuration file and what is there. */
export class Field {
  readonly file: string;
  /** As `users[2].user.exec`; "" for the whole document. */
  readonly path: string;
  readonly value: unknown;

  constructor(file: string, path: string, value: unknown) {
    this.file = file;
    this.path = path;
    this.value = value ?? undefined;
  }

  /** The field of that name; its value is undefined when there is none. */
  at(name: string): Field {
    const fields = this.value ?? {};
    if (typeof fields !== "object" || Array.isArray(fields)) this.fail("must be a map");
    const value = Object.hasOwn(fields, name) ? (fields as Record<string, unknown>)[name] : undefined;
    return new Field(this.file, this.path ? `${this.path}.${name}` : name, value);
  }

  /** The members of a list; none when it is absent. */
  items(): Field[] {
    if (this.value === undefined) return [];
    if (!Array.isArray(this.value)) this.fail("must be a list");
    return this.value.map((value, index) => new Field(this.file, `${this.path}[${index}]`, value));
  }

  /** Undefined when absent or empty. */
  text(): string | undefined {
    if (this.value === undefined || this.value === "") return undefined;
    if (typeof this.value !== "string") this.fail("must be text; put it into quotes");
    return this.value;
  }

  required(): string {
    return this.text() ?? this.fail("is missing");
  }

  flag(): boolean {
    if (this.value === undefined) return false;
    if (typeof this.value !== "boolean") this.fail("must be true or false");
    return this.value;
  }

  /** A path, relative to the folder of this file. */
  filePath(): string | undefined {
    const path = this.text();
    return path && resolve(dirname(this.file), path);
  }

  /** Decoded from base64. */
  data(): string | undefined {
    const text = this.text();
    if (text === undefined) return undefined;
    try {
      return atob(text);
    } catch {
      this.fail("is not base64");
    }
  }

  fail(what: string): never {
    throw new ConfigError(`${this.file}: ${this.path || "the document"} ${what}`);
  }
}
