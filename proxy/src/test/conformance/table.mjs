// Puts graded runs side by side.
//   node table.mjs NAME=GRADES.tsv …
// writes results.tsv, one line a case, and results.md, the figures and what larder fails and why (failures.tsv), beside
// this file. A cache that is not named keeps its column. newer.tsv and newer-failures.tsv are kept by hand.
import fs from 'node:fs'

const here = name => new URL(name, import.meta.url)
const lines = file => fs.readFileSync(file, 'utf8').split('\n').filter(line => line !== '').map(line => line.split('\t'))

const caches = new Map()
const cases = new Map()
if (fs.existsSync(here('results.tsv'))) {
  const [head, ...rows] = lines(here('results.tsv'))
  head.slice(2).forEach((cache, column) => {
    caches.set(cache, new Map(rows.map(row => [row[1], row[2 + column]])))
  })
  rows.forEach(([kind, id]) => cases.set(id, kind))
}
for (const argument of process.argv.slice(2)) {
  const equals = argument.indexOf('=')
  const name = argument.slice(0, equals)
  // Another version of the same cache takes its place.
  for (const known of caches.keys()) {
    if (known.split(' ')[0] === name.split(' ')[0] && known !== name) caches.delete(known)
  }
  const graded = lines(argument.slice(equals + 1))
  caches.set(name, new Map(graded.map(([, id, grade]) => [id, grade])))
  graded.forEach(([kind, id]) => cases.set(id, kind))
}

const names = [...caches.keys()].sort((a, b) => (b === 'larder') - (a === 'larder') || a.localeCompare(b))
const grade = (name, id) => caches.get(name).get(id) ?? 'untested'
const passes = (name, id) => ['pass', 'yes'].includes(grade(name, id))
const rows = [...cases].map(([id, kind]) => [kind, id, ...names.map(name => grade(name, id))])
fs.writeFileSync(here('results.tsv'), [['kind', 'id', ...names], ...rows].map(row => row.join('\t')).join('\n') + '\n')

const reasons = new Map(lines(here('failures.tsv')))
const count = (name, kind) => [...cases].filter(([id, of]) => of === kind && passes(name, id)).length
const total = kind => [...cases.values()].filter(of => of === kind).length
const others = names.filter(name => name !== 'larder')
const failed = kind => [...cases]
  .filter(([id, of]) => of === kind && !passes('larder', id))
  .map(([id]) => {
    const passed = others.filter(name => passes(name, id)).map(name => name.split(' ')[0])
    return `| \`${id}\` | ${reasons.get(id) ?? '?'} | ${passed.join(', ') || 'none'} |`
  })

const behind = [...cases]
  .filter(([id, of]) => of === 'required' && !passes('larder', id) && others.filter(name => passes(name, id)).length >= 4)
  .map(([id]) => `\`${id}\``)

const newer = lines(here('newer.tsv')).map(([kind, id, grade]) => ({ kind, id, passed: ['pass', 'yes'].includes(grade) }))
const newerReasons = new Map(lines(here('newer-failures.tsv')))
const newerCount = kind => newer.filter(row => row.kind === kind && row.passed).length
const newerTotal = kind => newer.filter(row => row.kind === kind).length
const newerFailed = kind => newer
  .filter(row => row.kind === kind && !row.passed)
  .map(({ id }) => `| \`${id}\` | ${newerReasons.get(id) ?? reasons.get(id) ?? '?'} |`)

fs.writeFileSync(here('results.md'), `# Conformance of HTTP caches

Passed of the public suite http-cache-tests (npm ${JSON.parse(fs.readFileSync(here('package.json'))).dependencies['http-cache-tests']}), each cache as a reverse proxy on
loopback, run and graded by the same programs: \`measure.sh\` and \`grade.mjs\`. A case whose dependency failed is not a pass. larder
runs with \`config/examples/generic.rules.yaml\`; how the others are configured is in \`measure.sh\`. \`results.tsv\` has every case.
*Checks* are neither right nor wrong: they say what a cache does.

| | required, of ${total('required')} | optimal, of ${total('optimal')} | checks answered yes, of ${total('check')} |
|---|---|---|---|
${names.map(name => `| ${name} | ${count(name, 'required')} | ${count(name, 'optimal')} | ${count(name, 'check')} |`).join('\n')}

Required cases that larder does not pass and four or more of the others do: ${behind.join(', ') || 'none'}.

## Required cases that larder does not pass

| case | why | passed by |
|---|---|---|
${failed('required').join('\n')}

## Optimal cases that larder does not pass

| case | why | passed by |
|---|---|---|
${failed('optimal').join('\n')}

## The newer edition, run by hand

The suite's repository (github.com/http-tests/cache-tests) has a newer edition, which is not on npm and which no build of
larder runs. Its cases were entered anew by hand on top of the npm package and run by hand, larder as above, graded by the same
\`grade.mjs\`. They are those of commit bb49f1d, and for files that it does not have, of the newest version to be found; the
checks on request directives, on Pragma and on HEAD are as on npm. The ids are those of the results that the repository
publishes. \`newer.tsv\` has every case.

| | required, of ${newerTotal('required')} | optimal, of ${newerTotal('optimal')} | checks answered yes, of ${newerTotal('check')} |
|---|---|---|---|
| larder | ${newerCount('required')} | ${newerCount('optimal')} | ${newerCount('check')} |

The repository marks three more cases as required that are for browsers alone. The two editions ask for opposite things of a
doubtful \`Age\`. Where they do, larder does what RFC 9111 section 5.1 says if the field is no number, and else what cannot serve a
response for longer than it is fresh.

| required case | why |
|---|---|
${newerFailed('required').join('\n')}

| optimal case | why |
|---|---|
${newerFailed('optimal').join('\n')}
`)
