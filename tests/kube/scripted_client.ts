/** A client whose watches and lists the test plays by hand. */
import type { Answer, Client, Request, WatchLine, WatchOptions } from "../../kube/api.ts";
import type { Obj } from "../../kube/resource.ts";
import { settled } from "./manual_env.ts";

export interface ScriptedWatch {
  /** Absent: initial events were asked for. */
  readonly from: string | undefined;
  readonly signal: AbortSignal;
  say(...lines: WatchLine[]): Promise<void>;
  end(): Promise<void>;
}

export class ScriptedClient implements Client {
  /** Those that have been opened, oldest first. */
  readonly watches: ScriptedWatch[] = [];
  readonly sent: Request[] = [];
  /** What every further watch says before it ends, instead of waiting for the test. */
  always: readonly WatchLine[] | undefined;
  /** What the next requests are answered by; the last one again and again. */
  answers: Answer[] = [];

  get current(): ScriptedWatch {
    return this.watches.at(-1)!;
  }

  send(request: Request): Promise<Answer> {
    this.sent.push(request);
    return Promise.resolve(this.answers.length > 1 ? this.answers.shift()! : this.answers[0]!);
  }

  async *watch(_resource: unknown, { resourceVersion, signal }: WatchOptions): AsyncGenerator<WatchLine> {
    const lines: WatchLine[] = [...this.always ?? []];
    let isEnded = this.always !== undefined;
    let wake = () => {};
    const woken = () => {
      wake();
      return settled();
    };
    signal.addEventListener("abort", () => wake());
    this.watches.push({
      from: resourceVersion,
      signal,
      say: (...more) => {
        lines.push(...more);
        return woken();
      },
      end: () => {
        isEnded = true;
        return woken();
      },
    });
    while (!signal.aborted) {
      const line = lines.shift();
      if (line) yield line;
      else if (isEnded) return;
      else await new Promise<void>((resolve) => wake = resolve);
    }
  }
}

export function object(name: string, resourceVersion: string): Obj {
  return { apiVersion: "v1", kind: "Pod", metadata: { name, uid: `uid-${name}`, resourceVersion } };
}

export function added(name: string, version: string): WatchLine {
  return { type: "ADDED", object: object(name, version) };
}

export function deleted(name: string, version: string): WatchLine {
  return { type: "DELETED", object: object(name, version) };
}

export function bookmark(resourceVersion: string, initialEventsEnd = false): WatchLine {
  return { type: "BOOKMARK", resourceVersion, initialEventsEnd };
}

export function error(status: number, reason = ""): WatchLine {
  return { type: "ERROR", status, reason, message: "" };
}

export function listed(resourceVersion: string, ...items: Obj[]): Answer {
  return { outcome: "ok", status: 200, reason: "", message: "", items, resourceVersion };
}
