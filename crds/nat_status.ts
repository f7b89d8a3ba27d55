/** What FIP, DNAT and SNAT rules all report. */
import { conditions } from "./conditions.ts";
import { boolean, string } from "./schema.ts";

export const natStatus = {
  conditions,
  ready: boolean(),
  v4ip: string(),
  v6ip: string(),
  natGwDp: string(),
  redo: string(),
};
