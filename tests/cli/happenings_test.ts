import { assertEquals } from "@std/assert";
import { happenings } from "../../cli/dev/happenings.ts";
import { IP } from "../../crds/ip.ts";
import { Pod } from "../../crds/foreign.ts";

const metadata = { name: "web", namespace: "shop", uid: "u", resourceVersion: "1" };
const pod = { apiVersion: "v1", kind: "Pod", metadata };

Deno.test("happenings are rows under one another: when, what about, what, and in which words", () => {
  const lines: string[] = [];
  const table = happenings({ elapsed: () => 1_234, print: (line) => void lines.push(line) });
  table.start();
  table.announced!({ kind: Pod, object: pod, type: "Normal", reason: "Allocated", message: "ip=10.0.0.2" });
  table.announced!({ kind: Pod, object: pod, type: "Warning", reason: "Failed", message: "NoSubnet: s" });
  const record = { apiVersion: "kubeovn.io/v1", kind: "IP", metadata, spec: { ipAddress: "10.0.0.2" } };
  table.decided!({ kind: IP, key: "web.shop" }, undefined, [
    { phase: "release", kind: IP, object: record as IP, because: [] },
  ]);
  assertEquals(lines, [
    "TIME      OBJECT                              WHAT                            DETAILS",
    "1.23 s    Pod shop/web                          Allocated                     ip=10.0.0.2",
    "1.23 s    Pod shop/web                        ! Failed                        NoSubnet: s",
    "1.23 s    IP web                                is released                   ip=10.0.0.2",
  ]);
});
