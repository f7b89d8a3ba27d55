/** Events. */
import type { Json } from "../../kube/api.ts";
import { invalid, type Problem } from "../schema/problem.ts";
import { named } from "./pod_schema.ts";
import type { Row } from "./served.ts";

export const event: Row = {
  kind: "Event",
  plural: "events",
  namespaced: true,
  shortNames: ["ev"],
  properties: {
    ...named(["involvedObject", "related", "source", "series"], { type: "object" }),
    ...named(["reason", "message", "type", "action", "reportingComponent", "reportingInstance"], {
      type: "string",
    }),
    ...named(["firstTimestamp", "lastTimestamp", "eventTime"], { type: "string", nullable: true }),
    count: { type: "integer" },
  },
  selectable: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  columns: [
    { name: "Last Seen", type: "date", jsonPath: ".lastTimestamp" },
    { name: "Type", type: "string", jsonPath: ".type" },
    { name: "Reason", type: "string", jsonPath: ".reason" },
    { name: "Object", type: "string", jsonPath: "" },
    { name: "Message", type: "string", jsonPath: ".message" },
  ],
  always: {
    involvedObject: {},
    source: {},
    reportingComponent: "",
    reportingInstance: "",
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: null,
  },
  createsOnUpdate: true,
  behaviour: { problems: eventProblems },
};

/** Events about what has no namespace live in `default`. */
function eventProblems({ metadata, involvedObject }: Json): Problem[] {
  const about = involvedObject?.namespace ?? "default";
  if (about === metadata.namespace) return [];
  return [
    invalid("involvedObject.namespace", involvedObject?.namespace ?? "", "does not match event.namespace"),
  ];
}
