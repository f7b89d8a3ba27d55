/** Carries commits through over a {@link Client}. */
import type { Answer, Client, Request } from "../kube/api.ts";
import type { Outcome } from "../reconcile/apply/commit.ts";
import type { Steps } from "../reconcile/apply/steps.ts";
import type { Drive } from "../reconcile/env.ts";
import { isQuestion } from "../reconcile/questions.ts";
import type { CommitTrace } from "./tracing.ts";

export interface DriveOptions {
  readonly client: Client;
  /** Asked before every write: who lost the lead does not send it. */
  readonly isLeading: () => boolean;
  /** Called after a commit has ended, when its key may be decided again. */
  readonly ended: () => void;
  readonly trace?: (() => CommitTrace) | undefined;
}

/** It did not happen; whoever leads now will do it. */
const NOT_LEADING: Answer = {
  outcome: "transient",
  status: 0,
  reason: "NotLeading",
  message: "not sent: this replica does not lead",
};

/** What is yielded together is sent together. */
export function drive({ client, isLeading, ended, trace }: DriveOptions): Drive {
  async function send(request: Request): Promise<Answer> {
    return isRead(request) || isQuestion(request) || isLeading() ? await client.send(request) : NOT_LEADING;
  }
  return async (steps, done) => {
    const span = trace?.();
    const outcome = await carry(steps, span ? (request) => span.request(request, () => send(request)) : send);
    span?.ended(outcome);
    done(outcome);
    ended();
  };
}

async function carry(steps: Steps<Outcome>, send: (request: Request) => Promise<Answer>): Promise<Outcome> {
  let next = steps.next([]);
  while (!next.done) next = steps.next(await Promise.all(next.value.map(send)));
  return next.value;
}

function isRead({ verb }: Request): boolean {
  return verb === "get" || verb === "list";
}
