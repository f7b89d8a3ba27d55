/** A {@link Client} of the sandbox: no HTTP, no copies. */
import type { Answer, Client, Request, WatchLine, WatchOptions } from "../kube/api.ts";
import { classify } from "../kube/outcome.ts";
import type { Resource } from "../kube/resource.ts";
import type { ApiServer } from "./server.ts";
import { watch } from "./watch.ts";

export class SandboxClient implements Client {
  constructor(readonly server: ApiServer) {}

  async send(request: Request, signal?: AbortSignal): Promise<Answer> {
    if (signal?.aborted) return classify(request, { status: 0, body: undefined, sent: false });
    const answer = classify(request, this.server.execute(request));
    await null;
    return answer;
  }

  watch(resource: Resource, options: WatchOptions): AsyncIterable<WatchLine> {
    return watch(this.server, resource, options);
  }
}
