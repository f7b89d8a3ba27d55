/** Which names, labels, annotations and finalizers are legal. */
import type { Json } from "../../kube/api.ts";
import { invalid, type Problem, required } from "../schema/problem.ts";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const NAME_PART = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const LONGEST_SUBDOMAIN = 253;
const LONGEST_LABEL = 63;
/** Of all annotations of an object together, in bytes. */
const ANNOTATIONS = 256 * 1024;

const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const NAME_PART_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** @param isLabel the name is a single DNS label, as that of a Namespace. */
export function nameProblems(name: string | undefined, isLabel: boolean): Problem[] {
  const field = "metadata.name";
  if (!name) return [required(field, "name or generateName is required")];
  const longest = isLabel ? LONGEST_LABEL : LONGEST_SUBDOMAIN;
  if (name.length > longest) return [invalid(field, name, `must be no more than ${longest} bytes`)];
  const rule = isLabel ? LABEL : SUBDOMAIN;
  return rule.test(name) ? [] : [invalid(field, name, isLabel ? LABEL_RULE : SUBDOMAIN_RULE)];
}

/** Of what differs from `old` only. */
export function metaProblems(meta: Json, old?: Json): Problem[] {
  const problems: Problem[] = [];
  if (meta.labels && meta.labels !== old?.labels) labelProblems(meta.labels, problems);
  if (meta.annotations && meta.annotations !== old?.annotations) {
    annotationProblems(meta.annotations, problems);
  }
  if (meta.finalizers && meta.finalizers !== old?.finalizers) {
    for (const name of meta.finalizers) keyProblems("metadata.finalizers", name, problems);
  }
  return problems;
}

function labelProblems(labels: Json, problems: Problem[]): void {
  const field = "metadata.labels";
  for (const key in labels) {
    keyProblems(field, key, problems);
    const value: string = labels[key];
    if (value.length > LONGEST_LABEL) {
      problems.push(invalid(field, value, `must be no more than ${LONGEST_LABEL} bytes`));
    }
    if (!LABEL_VALUE.test(value)) problems.push(invalid(field, value, LABEL_VALUE_RULE));
  }
}

function annotationProblems(annotations: Json, problems: Problem[]): void {
  const field = "metadata.annotations";
  let size = 0;
  for (const key in annotations) {
    keyProblems(field, key.toLowerCase(), problems);
    size += key.length + annotations[key].length;
  }
  if (size > ANNOTATIONS) {
    problems.push({
      field,
      reason: "FieldValueTooLong",
      message: `Too long: may not be more than ${ANNOTATIONS} bytes`,
      blocking: false,
    });
  }
}

/** `name` or `prefix/name`. */
function keyProblems(field: string, key: string, problems: Problem[]): void {
  const slash = key.indexOf("/");
  const name = key.slice(slash + 1);
  if (slash >= 0) {
    const prefix = key.slice(0, slash);
    if (prefix === "") problems.push(invalid(field, key, "prefix part must be non-empty"));
    else if (prefix.length > LONGEST_SUBDOMAIN || !SUBDOMAIN.test(prefix)) {
      problems.push(invalid(field, key, `prefix part ${SUBDOMAIN_RULE}`));
    }
  }
  if (name === "") problems.push(invalid(field, key, "name part must be non-empty"));
  else if (name.length > LONGEST_LABEL) {
    problems.push(invalid(field, key, `name part must be no more than ${LONGEST_LABEL} bytes`));
  }
  if (!NAME_PART.test(name)) problems.push(invalid(field, key, NAME_PART_RULE));
}
