/** Several reasons in one message. */

const LISTED = 5;

/** The first five, and how many more. */
export function listed(reasons: readonly string[]): string {
  const more = reasons.length - LISTED;
  return [...reasons.slice(0, LISTED), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}
