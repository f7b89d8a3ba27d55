/** `explain`: asks a running operator about one object. */
import { type Command, OUTPUT, text, UsageError } from "./command.ts";

const DEFAULT_URL = "http://127.0.0.1:8080";

const explain: Command = {
  name: "explain",
  summary: "ask a running operator why an object is as it is",
  usage: "KIND/[NAMESPACE/]NAME",
  description: `
Prints what the operator wants for one object, what it waits for, what it would write now, and what it wrote last and how that was
answered. It asks the operator's own endpoint; on a cluster, forward its port first.`,
  options: {
    url: { type: "string", value: "URL", help: `where the operator serves HTTP (${DEFAULT_URL})` },
    output: OUTPUT,
  },
  examples: [
    ["kubectl port-forward -n kube-system deploy/cadastre 8080", "first, where it runs on a cluster"],
    ["deno task explain subnet/blue", "why is it not ready"],
    ["deno task explain pod/shop/web-0", "why has it no address"],
  ],
  async run({ values, positionals, signal }) {
    const [object, ...more] = positionals;
    const [, kind, key] = /^([^/]+)\/(.+)$/.exec(object ?? "") ?? [];
    if (!kind || !key || more.length > 0) {
      throw new UsageError("name one object: KIND/NAME or KIND/NAMESPACE/NAME");
    }
    const base = text(values, "url") ?? DEFAULT_URL;
    const path = [kind, ...key.split("/")].map(encodeURIComponent).join("/");
    const url = `${base.replace(/\/$/, "")}/explain/${path}${values.output ? "?o=json" : ""}`;
    try {
      const response = await fetch(url, { signal });
      console.log((await response.text()).trimEnd());
      return response.ok ? 0 : 1;
    } catch (error) {
      console.error(`${url} does not answer: ${(error as Error).message}\nName the right place with --url.`);
      return 1;
    }
  },
};

export default explain;
