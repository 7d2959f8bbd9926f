// After a run of the whole suite: prints every skip with its reason and every fixture that no test used, then counts.
// A skip outside test/allowed-skips.json and an unused fixture fail the run. Usage: node .ci/report.cjs FAILURES
"use strict";

const fs = require("node:fs");
const path = require("node:path");

function readJson(file) {
  return JSON.parse(fs.readFileSync(file, "utf8"));
}

/** All lines of all notes in a folder that test processes wrote, split at tabs. */
function notesIn(folder) {
  if (!fs.existsSync(folder)) return [];
  const lines = fs
    .readdirSync(folder)
    .flatMap((file) => fs.readFileSync(path.join(folder, file), "utf8").split("\n"));
  return lines.filter(Boolean).map((line) => line.split("\t"));
}

/** Every entry of a fixture file's content that a test has to use: `list[index]` for lists, the key for anything else. */
function entriesOf(content) {
  return Object.entries(content).flatMap(([key, value]) =>
    Array.isArray(value) ? value.map((_, index) => `${key}[${index}]`) : [key],
  );
}

/** Entries of test/fixtures that no test noted as used, as `file entry`; files that match `exclusions` hold no cases. */
function unusedFixtures(root) {
  const fixtures = path.join(root, "test", "fixtures");
  if (!fs.existsSync(fixtures)) return [];
  const exclusions = readJson(path.join(root, "test", "fixture-exclusions.json")).map(
    ({ pattern }) => new RegExp(pattern),
  );
  const used = new Set(
    notesIn(path.join(root, ".relata", "fixture-usage")).map(([file, entry]) => `${file} ${entry}`),
  );
  const files = fs.readdirSync(fixtures, { recursive: true }).map((file) => file.split(path.sep).join("/"));
  const cases = files.filter(
    (file) => file.endsWith(".json") && !exclusions.some((exclusion) => exclusion.test(file)),
  );
  const entries = cases.flatMap((file) =>
    entriesOf(readJson(path.join(fixtures, file))).map((entry) => `${file} ${entry}`),
  );
  return entries.filter((entry) => !used.has(entry));
}

/** Every skipped test with its noted reason and whether test/allowed-skips.json allows it. */
function skips(root, results) {
  const notes = notesIn(path.join(root, ".relata", "skips"));
  const allowed = readJson(path.join(root, "test", "allowed-skips.json"));
  return results.testResults.flatMap(({ name, assertionResults }) => {
    const file = path.relative(root, name).split(path.sep).join("/");
    const skipped = assertionResults.filter(({ status }) => status !== "passed" && status !== "failed");
    return skipped.map(({ title, fullName }) => {
      const note =
        notes.find(([noted]) => noted === title) ??
        notes.find(([noted]) => noted !== "" && title.startsWith(noted));
      const reason = note?.[1];
      const isAllowed =
        reason !== undefined && allowed.some((skip) => skip.file === file && skip.reason === reason);
      return { file, test: fullName, reason: reason ?? "no reason recorded: use skipUnless", isAllowed };
    });
  });
}

/** Passed, failed and skipped tests; a file that could not be run at all counts as one failure. */
function countsOf({ testResults }) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const dead = testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  const passed = tests.filter(({ status }) => status === "passed").length;
  const failed = tests.filter(({ status }) => status === "failed").length;
  return { passed, failed: failed + dead.length, skipped: tests.length - passed - failed };
}

function main(root, failures) {
  const file = path.join(root, ".relata", "vitest.json");
  const results = fs.existsSync(file) ? readJson(file) : undefined;
  let problems = failures;
  if (results === undefined) {
    console.log("no test was run");
    problems++;
  } else {
    for (const { file: where, test, reason, isAllowed } of skips(root, results)) {
      console.log(`${isAllowed ? "skipped" : "SKIPPED, NOT ALLOWED"}: ${where}: ${test}: ${reason}`);
      if (!isAllowed) problems++;
    }
    const unused = unusedFixtures(root);
    for (const entry of unused) console.log(`UNUSED FIXTURE: test/fixtures/${entry}`);
    problems += unused.length;
  }
  const { passed, failed, skipped } =
    results === undefined ? { passed: 0, failed: 1, skipped: 0 } : countsOf(results);
  if (problems > 0) console.log(`${problems} problem${problems === 1 ? "" : "s"} beside the tests' own`);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return problems > 0 || failed > 0 ? 1 : 0;
}

module.exports = { countsOf, entriesOf, main, skips, unusedFixtures };
if (require.main === module)
  process.exitCode = main(path.resolve(__dirname, ".."), Number(process.argv[2] ?? 0));
