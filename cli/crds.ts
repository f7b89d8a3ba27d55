/** `crds`: prints the CustomResourceDefinitions. */
import { stringify } from "yaml";
import { definitions } from "../crds/mod.ts";
import { type Command, OUTPUT } from "./command.ts";

const crds: Command = {
  name: "crds",
  summary: "print the CustomResourceDefinitions, to be installed by kubectl",
  description: `
Prints the CustomResourceDefinitions of every kind, as one YAML stream. They are the same as those in crds/yaml.
The operator never installs them itself, except for "dev --install-crds".`,
  options: { output: OUTPUT },
  examples: [
    ["deno task -q crds | kubectl apply --server-side -f -", "install or update them"],
    ["deno task -q crds -o json | jq '.items[].metadata.name'", "their names"],
  ],
  run({ values }) {
    const text = values.output === "json"
      ? JSON.stringify({ apiVersion: "v1", kind: "List", items: definitions })
      : definitions.map((definition) => stringify(definition, { aliasDuplicateObjects: false })).join(
        "---\n",
      );
    console.log(text.trimEnd());
    return Promise.resolve(0);
  },
};

export default crds;
