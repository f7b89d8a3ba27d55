/** Reads the files a configuration names. */
import { ConfigError, type Field } from "./field.ts";

/** @throws ConfigError naming the file and what to do */
export async function readFile(path: string, { why }: { why: string }): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new ConfigError(`${why}: ${path} does not exist`);
    if (error instanceof Deno.errors.NotCapable) {
      throw new ConfigError(`${why}: ${path} may not be read; run with --allow-read=${path}`);
    }
    throw new ConfigError(`${why}: ${path}: ${(error as Error).message}`);
  }
}

/** The PEM text in the field `<name>-data`, else in the file that the field `<name>` names. */
export async function readPem(entry: Field, name: string): Promise<string | undefined> {
  const inline = entry.at(`${name}-data`);
  const file = entry.at(name);
  const path = file.filePath();
  const pem = inline.data() ??
    (path === undefined ? undefined : await readFile(path, { why: `${file.file}: ${file.path}` }));
  if (pem !== undefined && !pem.includes("-----BEGIN ")) {
    (inline.value === undefined ? file : inline).fail('holds no PEM ("-----BEGIN …")');
  }
  return pem;
}
