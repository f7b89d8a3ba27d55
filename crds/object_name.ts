/** What Kubernetes accepts as the name of an object. */
import { LONGEST_NAME } from "./custom.ts";

/** Whether an object of our kinds can have this name at all: a DNS subdomain (RFC 1123), not longer than 253 characters. */
export function isObjectName(text: string): boolean {
  if (text.length > LONGEST_NAME) return false;
  return text.split(".").every((label) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label));
}
