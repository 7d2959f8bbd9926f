import { afterEach, describe, expect, it } from "vitest";
import type { MimeBundle } from "../../src/core";
import { liveChart, setLiveSink, VEGA_LITE_MIME, type LiveSink } from "../../src/plots";

interface Shown {
  kind: "show" | "update";
  id: string;
  bundle: MimeBundle;
}

function recorder(): { sink: LiveSink; shown: Shown[] } {
  const shown: Shown[] = [];
  const note = (kind: Shown["kind"]) => (bundle: MimeBundle, id: string) =>
    void shown.push({ kind, id, bundle });
  return { sink: { show: note("show"), update: note("update") }, shown };
}

const points = (bundle: MimeBundle): number =>
  (bundle[VEGA_LITE_MIME] as { data: { values: unknown[] } }).data.values.length;

afterEach(() => void setLiveSink(undefined));

describe("LiveChart", () => {
  it("is drawn while the work leaves the event loop one turn a step, from the first step on", async () => {
    const { sink, shown } = recorder();
    const live = liveChart({ sink, every: 1 });
    let step = 0;
    for (; step < 500 && shown.length < 3; step++) {
      live.line("loss", 1 / (step + 1));
      for (const start = performance.now(); performance.now() - start < 20;);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await live.end();
    expect(step).toBeLessThan(500);
  });

  it("shows itself once and is updated in place, ending on the last point", async () => {
    const { sink, shown } = recorder();
    const live = liveChart({ title: "loss", sink, every: 1 });
    for (let step = 1; step <= 30; step++) {
      live.push({ step, loss: 1 / step });
      if (step % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await live.end();
    expect(shown.length).toBeGreaterThanOrEqual(2);
    expect(shown.map(({ kind }) => kind)).toEqual(["show", ...shown.slice(1).map(() => "update")]);
    expect(new Set(shown.map(({ id }) => id)).size).toBe(1);
    expect(points(shown.at(-1)!.bundle)).toBe(30);
  });

  it("draws far less often than numbers arrive", async () => {
    const { sink, shown } = recorder();
    const live = liveChart({ sink, every: 10_000 });
    for (let step = 1; step <= 500; step++) live.line("loss", 1 / step);
    await live.end();
    await live.end();
    expect(shown).toHaveLength(1);
    expect(points(shown[0]!.bundle)).toBe(500);
  });

  it("shows where the session says, unless it has a place of its own", async () => {
    const session = recorder();
    const own = recorder();
    setLiveSink(session.sink);
    await liveChart().line("loss", 1).end();
    await liveChart({ sink: own.sink }).line("loss", 1).end();
    expect([session.shown.length, own.shown.length]).toEqual([1, 1]);
    expect(session.shown[0]!.id).not.toBe(own.shown[0]!.id);
  });

  it("tells its listeners until they stop listening", async () => {
    const seen: MimeBundle[] = [];
    const live = liveChart();
    const stop = live.onUpdate((bundle) => seen.push(bundle));
    await live.line("loss", 1).end();
    stop();
    await live.line("loss", 2).end();
    expect(seen).toHaveLength(1);
  });

  it("keeps several lines apart, each with its own steps", async () => {
    const live = liveChart()
      .line("loss", 3, 10)
      .line("loss", 2, 20)
      .line("f1", 0.5, 20)
      .push({ step: 30, loss: NaN });
    const { values } = live.chart.spec["data"] as { values: { x: number; y: number; series: string }[] };
    expect(values.map(({ x, y, series }) => [x, y, series])).toEqual([
      [10, 3, "loss"],
      [20, 2, "loss"],
      [20, 0.5, "f1"],
    ]);
    await live.end();
  });

  it("counts each line's points when it is given no place", () => {
    const live = liveChart().line("a", 1).line("b", 1).line("a", 2).line("a", 3, 10).line("a", 4);
    const { values } = live.chart.spec["data"] as { values: { x: number; series: string }[] };
    expect(values.map(({ x, series }) => `${series}${x}`)).toEqual(["a1", "a2", "a4", "a10", "b1"]);
  });

  it("refuses a row without its step", () => {
    expect(() => liveChart().push({ loss: 1 })).toThrow('has no number "step"');
  });
});
