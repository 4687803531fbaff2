// Reads what two runs have left with parsers of others, and holds it to report.json. Usage: node readers.mjs CASES LOAD
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { HistogramLogReader } from "hdr-histogram-js";
import { Parser } from "tap-parser";

const [cases, load] = process.argv.slice(2);
const report = (folder) => JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));

// TAP: strict, so that a line that is not TAP is a failure.
{
  const { totals } = report(cases);
  const results = await new Promise((done) => {
    const parser = new Parser({ strict: true }, done);
    parser.end(readFileSync(join(cases, "results.tap"), "utf8"));
  });
  assert.equal(results.ok, true, JSON.stringify(results.failures));
  assert.equal(results.skip, totals.not_supported);
  assert.equal(results.count, totals.passed + totals.not_supported);
}

// The interval log: every tag is a phase and a time, and says what the report says of it.
{
  const record = report(load).loads[0];
  const name = readdirSync(load).find((file) => file.endsWith(".hlog"));
  const reader = new HistogramLogReader(readFileSync(join(load, name), "utf8"));
  let read = 0;
  for (let histogram; (histogram = reader.nextIntervalHistogram()); read += 1) {
    const [phase, metric] = histogram.tag.split(".");
    const { timings } = record.phases.find((known) => known.name === phase);
    assert.equal(histogram.totalCount, timings[metric].count, histogram.tag);
    assert.equal(histogram.getValueAtPercentile(50), timings[metric].p50_us, histogram.tag);
    // A percentile of ours is never above what was recorded; theirs is the end of its bucket.
    assert.ok(Math.abs(histogram.getValueAtPercentile(99) - timings[metric].p99_us) <= timings[metric].p99_us / 500);
  }
  assert.ok(read >= 5, `only ${read} histograms in ${name}`);
}

// The percentile distribution: the columns that the plotter of HdrHistogram looks for.
{
  const { total } = report(load).loads[0];
  const name = readdirSync(load).find((file) => file.endsWith(".delivery.hgrm"));
  const text = readFileSync(join(load, name), "utf8");
  assert.match(text, /^ +Value +Percentile +TotalCount +1\/\(1-Percentile\)\n\n/);
  const rows = text.split("\n").filter((line) => /^ +\d/.test(line)).map((line) => line.trim().split(/\s+/).map(Number));
  const [, last] = [rows[0], rows.at(-1)];
  assert.equal(last[1], 1);
  assert.equal(last[2], total.delivery.count);
  assert.ok(Math.abs(last[0] * 1000 - total.delivery.max_us) <= total.delivery.max_us / 500);
  assert.ok(rows.every((row, index) => index === 0 || row[0] >= rows[index - 1][0]));
}
console.log("results.tap, .hlog and .hgrm are read by tap-parser and hdr-histogram-js, and say what report.json says");
