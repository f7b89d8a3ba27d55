import { assertEquals } from "@std/assert";
import { Refusal } from "../../sandbox/refusal.ts";
import { labelMatcher, matcher } from "../../sandbox/selector.ts";
import { Claim, Pod } from "../conformance/world.ts";
import { sandbox } from "./sandbox.ts";

function matches(selector: string, labels?: Record<string, string>): boolean {
  return labelMatcher(selector)({ metadata: labels ? { labels } : {} });
}

Deno.test("label selectors: equality, sets, existence, and all of them together", () => {
  const labels = { app: "web", tier: "front", "example.com/x": "" };
  const cases: Record<string, boolean> = {
    "app=web": true,
    "app==web": true,
    "app = web": true,
    "app!=web": false,
    "none!=web": true,
    "app in (api, web)": true,
    "app notin (api,web)": false,
    "none notin (a)": true,
    "none in (a)": false,
    "app": true,
    "!app": false,
    "!none": true,
    "example.com/x=": true,
    "app=web,tier in (front,back),!none": true,
    "app=web,tier=back": false,
  };
  for (const [selector, expected] of Object.entries(cases)) {
    assertEquals(matches(selector, labels), expected, selector);
  }
  assertEquals(matches("app"), false);
});

Deno.test("label selectors: a label may be called as methods are", () => {
  assertEquals([matches("constructor", {}), matches("constructor=a", { constructor: "a" })], [false, true]);
});

Deno.test("label selectors: what cannot be read is refused", () => {
  for (const selector of ["a b", "=x", "a in b", "a,=", "a=b=c", "(a)"]) {
    let code = 0;
    try {
      labelMatcher(selector);
    } catch (refusal) {
      code = (refusal as Refusal).code;
    }
    assertEquals(code, 400, selector);
  }
});

Deno.test("field selectors: names, what a kind offers, and what a definition offers", () => {
  const server = sandbox();
  const pod = { metadata: { name: "p", namespace: "n" }, spec: { nodeName: "x" }, status: {} };
  const of = (fieldSelector: string) => matcher(server.kindOf(Pod), { fieldSelector })!(pod);
  assertEquals([of("metadata.name=p"), of("spec.nodeName!=x"), of("metadata.namespace=n,status.phase=")], [
    true,
    false,
    true,
  ]);
  const claim = { metadata: { name: "c" }, spec: { holder: { uid: "u" } } };
  assertEquals(matcher(server.kindOf(Claim), { fieldSelector: "spec.holder.uid=u" })!(claim), true);
});
