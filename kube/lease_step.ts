/** The decisions of a leader election: pure, so that a test can walk them with any clock. */

/** What counts of a Lease object. */
export interface Lease {
  readonly resourceVersion: string;
  /** "" when nobody holds it. */
  readonly holder: string;
  /** Chosen by its holder. */
  readonly durationMs: number;
  /** How often it has changed hands. */
  readonly transitions: number;
}

/** A lease that did not change for so long may be taken. Like the next two a default of Kubernetes' own components. */
export const DURATION_MS = 15_000;
/** A leader that could not renew for so long is none any more. */
export const RENEW_MS = 10_000;
/** Between two attempts. */
export const RETRY_MS = 2_000;
/** The longest that candidates leave between two attempts: each adds up to a fifth, by chance. */
export const LOOK_MS = RETRY_MS * 1.2;

/** What one candidate knows. All its times are of its own monotonic clock; clocks are never compared. */
export interface Candidate {
  readonly identity: string;
  /** As last read or written; `null`: there is none; absent: never read. */
  readonly lease?: Lease | null;
  /** Whether a write may be built on {@link lease}. */
  readonly isFresh: boolean;
  /** Since when this version of the lease may have been there: the look before it was first met. */
  readonly metAt: number;
  /** When the lease was last looked at. */
  readonly readAt?: number;
  /** While leading: when the last write that made or kept us leader was sent. */
  readonly renewedAt?: number;
}

export function newCandidate(identity: string): Candidate {
  return { identity, isFresh: false, metAt: -Infinity };
}

/** What comes next; `wait` means: read again later. */
export type LeaseStep = "read" | "create" | "take" | "renew" | "wait";

export function nextStep(candidate: Candidate, now: number): LeaseStep {
  const { identity, lease, isFresh } = candidate;
  if (!isFresh || lease === undefined) return "read";
  if (lease === null) return "create";
  if (lease.holder === identity) return "renew";
  return lease.holder === "" || takeableInMs(candidate, now) <= 0 ? "take" : "wait";
}

/** When a lease that another one holds may be taken, if it does not change before; infinite where there is nothing to take. */
export function takeableInMs({ identity, lease, metAt }: Candidate, now: number): number {
  if (!lease || lease.holder === identity) return Infinity;
  return metAt + Math.max(lease.durationMs, DURATION_MS) - now;
}

/**
 * After reading; `null`: there is no lease. A leader that meets another holder is none any more.
 *
 * A lease that changed did so after the last look. That it counts from there costs no safety: whoever renewed it now leads for
 * {@link RENEW_MS}, which ends before {@link DURATION_MS} after a look that was at most {@link LOOK_MS} ago.
 */
export function afterRead(candidate: Candidate, lease: Lease | null, now: number): Candidate {
  const isSame = lease?.resourceVersion === candidate.lease?.resourceVersion;
  const metAt = isSame ? candidate.metAt : Math.max(candidate.readAt ?? now, now - LOOK_MS);
  const next = { ...candidate, lease, isFresh: true, metAt, readAt: now };
  return lease && lease.holder !== candidate.identity ? withoutLead(next) : next;
}

/** After a write of ours that went through. `sentAt` counts: others may have seen it since then. */
export function afterWrite(candidate: Candidate, lease: Lease, sentAt: number): Candidate {
  return { ...candidate, lease, isFresh: true, metAt: sentAt, renewedAt: sentAt };
}

/** After waiting, and after a write that failed or whose outcome is unknown. */
export function stale(candidate: Candidate): Candidate {
  return { ...candidate, isFresh: false };
}

/** Takes the lead from who did not renew it in time. */
export function expire(candidate: Candidate, now: number): Candidate {
  return leadLeftMs(candidate, now) > 0 ? candidate : withoutLead(candidate);
}

/** For how long `candidate` may act as leader without renewing; 0 when it may not. */
export function leadLeftMs({ renewedAt }: Candidate, now: number): number {
  return renewedAt === undefined ? 0 : Math.max(0, renewedAt + RENEW_MS - now);
}

function withoutLead({ renewedAt: _, ...candidate }: Candidate): Candidate {
  return candidate;
}
