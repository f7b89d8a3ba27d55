/** What an interface or a holder has, in the words of Events and conditions. */

/** `subnet=red ip=10.0.0.5 mac=0a:00:5e:00:53:01`, of what there is. */
export function fieldsText(fields: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(fields).flatMap(([field, value]) => value ? [`${field}=${value}`] : []).join(" ");
}
