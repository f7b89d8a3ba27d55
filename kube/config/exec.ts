/**
 * Credentials from a command, as cloud providers ship them.
 *
 * @see {@link https://kubernetes.io/docs/reference/config-api/client-authentication.v1/}
 */
import { dirname, resolve } from "node:path";
import type { Json } from "../api.ts";
import type { Identity } from "../connection.ts";
import type { Loaded } from "./credentials.ts";
import type { Field } from "./field.ts";

const GROUP = "client.authentication.k8s.io";
const API_VERSIONS: readonly string[] = [`${GROUP}/v1`, `${GROUP}/v1beta1`];

export interface ExecOptions {
  /** What the command may be told about the cluster. */
  readonly cluster: Json;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/**
 * Runs the command that `exec` (`users[…].user.exec`) describes.
 *
 * @throws ConfigError that names the command and says what it said
 */
export async function execCredential(exec: Field, { cluster, wallClock }: ExecOptions): Promise<Loaded> {
  const apiVersion = exec.at("apiVersion").required();
  if (!API_VERSIONS.includes(apiVersion)) {
    exec.at("apiVersion").fail(
      `is ${apiVersion}; only ${API_VERSIONS.join(" and ")} are known: update the plugin`,
    );
  }
  if (exec.at("interactiveMode").text() === "Always") {
    exec.fail("needs a terminal (interactiveMode: Always); use a plugin that works without");
  }
  const output = await run(exec, {
    apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false, ...(exec.at("provideClusterInfo").flag() ? { cluster } : {}) },
  });
  const { apiVersion: answered, status } = parse(exec, output);
  if (answered !== apiVersion) exec.fail(`answered in ${answered}, not in ${apiVersion}: update the plugin`);
  const expiry = Date.parse(status?.expirationTimestamp);
  return {
    identity: identityOf(exec, status),
    freshMs: Number.isNaN(expiry) ? Infinity : expiry - wallClock(),
  };
}

async function run(exec: Field, info: Json): Promise<string> {
  const command = commandOf(exec);
  const { success, code, stdout, stderr } = await start(exec, { command, info });
  const decoder = new TextDecoder();
  if (!success) exec.fail(`failed: ${command} ended with ${code}: ${oneLine(decoder.decode(stderr))}`);
  return decoder.decode(stdout);
}

/** With a slash in it: relative to the file; else looked for in PATH. */
function commandOf(exec: Field): string {
  const command = exec.at("command").required();
  return /[/\\]/.test(command) ? resolve(dirname(exec.file), command) : command;
}

async function start(
  exec: Field,
  { command, info }: { command: string; info: Json },
): Promise<Deno.CommandOutput> {
  const args = exec.at("args").items().map((arg) => arg.text() ?? "");
  const env = Object.fromEntries(
    exec.at("env").items().map((entry) => [entry.at("name").required(), entry.at("value").text() ?? ""]),
  );
  try {
    return await new Deno.Command(command, {
      args,
      env: { ...env, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      const hint = exec.at("installHint").text();
      exec.fail(`needs ${command}, which is not installed${hint ? `: ${oneLine(hint)}` : ""}`);
    }
    if (error instanceof Deno.errors.NotCapable) {
      exec.fail(`may not run ${command}; run with --allow-run=${command}`);
    }
    exec.fail(`failed: ${command}: ${(error as Error).message}`);
  }
}

function parse(exec: Field, output: string): Json {
  try {
    return JSON.parse(output) ?? {};
  } catch {
    exec.fail(`printed no ExecCredential but: ${oneLine(output).slice(0, 100)}`);
  }
}

function identityOf(exec: Field, status: Json): Identity {
  const { token, clientCertificateData: cert, clientKeyData: key } = status ?? {};
  if (!token && !(cert && key)) exec.fail("printed an ExecCredential without token and certificate");
  return { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(cert && key ? { cert, key } : {}) };
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}
