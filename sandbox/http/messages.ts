/** Field numbers of the messages that kubectl sends in protobuf: what `kubectl create` and `kubectl drain` need. */

export type Type =
  | "string"
  | "int"
  | "bool"
  | "bytes"
  /** Bytes on the wire, base64 in JSON. */
  | "base64"
  | "time"
  | "quantity"
  | { readonly message: Message }
  | { readonly list: Type }
  | { readonly map: Type };

/** `keepsZero`: 0 and false are values, not absence. */
export type Field = readonly [name: string, type: Type, keepsZero?: true];
export type Message = Readonly<Record<number, Field>>;

/** A status in what is created: nobody listens. */
export const IGNORED: Field = ["status", "bytes"];

const owner: Message = {
  1: ["kind", "string"],
  3: ["name", "string"],
  4: ["uid", "string"],
  5: ["apiVersion", "string"],
  6: ["controller", "bool"],
  7: ["blockOwnerDeletion", "bool"],
};

const metadata: Field = ["metadata", {
  message: {
    1: ["name", "string"],
    2: ["generateName", "string"],
    3: ["namespace", "string"],
    5: ["uid", "string"],
    6: ["resourceVersion", "string"],
    7: ["generation", "int"],
    8: ["creationTimestamp", "time"],
    11: ["labels", { map: "string" }],
    12: ["annotations", { map: "string" }],
    13: ["ownerReferences", { list: { message: owner } }],
    14: ["finalizers", { list: "string" }],
  },
}];

const named: Type = { list: { message: { 1: ["name", "string"] } } };

const container: Message = {
  1: ["name", "string"],
  2: ["image", "string"],
  3: ["command", { list: "string" }],
  4: ["args", { list: "string" }],
  5: ["workingDir", "string"],
  6: ["ports", {
    list: {
      message: {
        1: ["name", "string"],
        2: ["hostPort", "int"],
        3: ["containerPort", "int"],
        4: ["protocol", "string"],
        5: ["hostIP", "string"],
      },
    },
  }],
  7: ["env", { list: { message: { 1: ["name", "string"], 2: ["value", "string"] } } }],
  8: ["resources", { message: { 1: ["limits", { map: "quantity" }], 2: ["requests", { map: "quantity" }] } }],
  13: ["terminationMessagePath", "string"],
  14: ["imagePullPolicy", "string"],
  16: ["stdin", "bool"],
  17: ["stdinOnce", "bool"],
  18: ["tty", "bool"],
  20: ["terminationMessagePolicy", "string"],
};

const podSpec: Message = {
  2: ["containers", { list: { message: container } }],
  3: ["restartPolicy", "string"],
  4: ["terminationGracePeriodSeconds", "int", true],
  6: ["dnsPolicy", "string"],
  7: ["nodeSelector", { map: "string" }],
  8: ["serviceAccountName", "string"],
  9: ["serviceAccount", "string"],
  10: ["nodeName", "string"],
  11: ["hostNetwork", "bool"],
  12: ["hostPID", "bool"],
  13: ["hostIPC", "bool"],
  15: ["imagePullSecrets", named],
  16: ["hostname", "string"],
  17: ["subdomain", "string"],
  19: ["schedulerName", "string"],
  20: ["initContainers", { list: { message: container } }],
  24: ["priorityClassName", "string"],
};

const deployment: Message = {
  1: metadata,
  2: ["spec", {
    message: {
      1: ["replicas", "int", true],
      2: ["selector", {
        message: {
          1: ["matchLabels", { map: "string" }],
          2: ["matchExpressions", {
            list: {
              message: { 1: ["key", "string"], 2: ["operator", "string"], 3: ["values", { list: "string" }] },
            },
          }],
        },
      }],
      3: ["template", { message: { 1: metadata, 2: ["spec", { message: podSpec }] } }],
      4: ["strategy", { message: { 1: ["type", "string"] } }],
      5: ["minReadySeconds", "int"],
      6: ["revisionHistoryLimit", "int", true],
      7: ["paused", "bool"],
      9: ["progressDeadlineSeconds", "int", true],
    },
  }],
  3: IGNORED,
};

const deleteOptions: Message = {
  1: ["gracePeriodSeconds", "int", true],
  2: ["preconditions", { message: { 1: ["uid", "string"], 2: ["resourceVersion", "string"] } }],
  4: ["propagationPolicy", "string"],
};

/** By kind. */
export const messages: ReadonlyMap<string, Message> = new Map([
  ["Namespace", {
    1: metadata,
    2: ["spec", { message: { 1: ["finalizers", { list: "string" }] } }],
    3: IGNORED,
  }],
  ["ConfigMap", {
    1: metadata,
    2: ["data", { map: "string" }],
    3: ["binaryData", { map: "base64" }],
    4: ["immutable", "bool", true],
  }],
  ["ServiceAccount", {
    1: metadata,
    3: ["imagePullSecrets", named],
    4: ["automountServiceAccountToken", "bool", true],
  }],
  ["Deployment", deployment],
  ["Eviction", { 1: metadata, 2: ["deleteOptions", { message: deleteOptions }] }],
  ["DeleteOptions", deleteOptions],
]);
