/** One measured figure beside its floor: the form in which every benchmark reports. */

export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The same work without the operator, or without what is measured; in the same unit and the same run. */
  readonly floor?: number;
  readonly ratio?: number;
  /** In words; absent where there is none. */
  readonly goal?: string;
  readonly met?: boolean;
}

/** Rows as an aligned table, or as JSON for a pipe. */
export function print(rows: readonly Row[], { json }: { readonly json: boolean }): void {
  if (json) return console.log(JSON.stringify(rows, null, 2));
  const header = ["what", "value", "unit", "floor", "ratio", "goal", "met"];
  const lines = rows.map((r) => [
    r.what,
    shown(r.value),
    r.unit,
    r.floor === undefined ? "–" : shown(r.floor),
    r.ratio === undefined ? "–" : r.ratio.toFixed(2),
    r.goal ?? "–",
    r.met === undefined ? "–" : r.met ? "yes" : "no",
  ]);
  const widths = header.map((h, i) => Math.max(h.length, ...lines.map((line) => line[i]!.length)));
  for (const line of [header, ...lines]) {
    console.log(line.map((cell, i) => cell.padEnd(widths[i]!)).join("  ").trimEnd());
  }
}

const shown = (n: number): string => n >= 100 ? String(Math.round(n)) : n.toFixed(n >= 10 ? 1 : 2);
