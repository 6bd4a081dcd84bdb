// Grades a run of http-cache-tests by the suite's own rules, in which a case whose dependency failed is no pass.
//   node grade.mjs PACKAGE-FOLDER RUN.json     one line a case: kind, id, grade, reason; separated by tabs
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [packageFolder, runFile] = process.argv.slice(2)
const load = file => import(pathToFileURL(path.resolve(packageFolder, file)))

// Names for the marks that the suite shows.
const GRADES = {
  '✅': 'pass',
  Y: 'yes',
  N: 'no',
  '⛔️': 'fail',
  '⚠️': 'fail',
  '🔹': 'setup',
  '↻': 'retry',
  '⚪️': 'dependency',
  '⁉️': 'harness',
  '-': 'untested'
}

const suites = [...(await load('tests/index.mjs')).default, (await load('tests/surrogate-control.mjs')).default]
const { determineTestResult } = await load('lib/display.mjs')
const run = JSON.parse(fs.readFileSync(runFile, 'utf8'))

for (const suite of suites) {
  for (const test of suite.tests) {
    if (test.browser_only) continue
    const mark = determineTestResult(suites, test.id, run)[2]
    const reason = run[test.id] === true ? '' : String(run[test.id]?.[1] ?? '').replace(/\s+/g, ' ')
    console.log([test.kind ?? 'required', test.id, GRADES[mark] ?? mark, reason].join('\t'))
  }
}
