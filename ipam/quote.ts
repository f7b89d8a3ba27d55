/** How user text appears in messages. */

const SHOWN = 40;

/**
 * User text in quotes: at most 40 characters of it, and of those everything but printable ASCII escaped, so that neither
 * line breaks nor bidirectional marks nor 100 kB of text reach a condition or an event.
 */
export function quote(text: string): string {
  let shown = "";
  for (const character of text.slice(0, SHOWN)) {
    const code = character.codePointAt(0) ?? 0;
    const safe = code >= 0x20 && code < 0x7f ? character : `\\u{${code.toString(16)}}`;
    if (shown.length + safe.length > SHOWN) return `"${shown}…"`;
    shown += safe;
  }
  return `"${shown}${text.length > SHOWN ? "…" : ""}"`;
}
