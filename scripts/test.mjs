// npm test: installs what the tests need, runs every suite, ends with 'N passed, N failed, N skipped'.
// npm test -- NAME...: only these suites (format, libraries, server, probe, client, grammar, examples, generative, verdict, e2e).
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { format, formatters } from './format.mjs';
import { ensureEditor } from './lib/editor.mjs';
import { binaries, ensureApt, ensureBuilt, ensureNpm, findTorchPython } from './lib/ensure.mjs';
import { ensureLibTorch, libtorchWorker } from './lib/libtorch.mjs';
import { fail, root, run } from './lib/run.mjs';

const results = path.join(root, 'artifacts', 'test-results');

/** Each suite: a name and a function that resolves to { passed, failed, skipped }. */
const suites = [
  { name: 'format', run: formatting },
  ...['Libraries', 'Server', 'Probe'].map((part) => ({ name: part.toLowerCase(), run: () => nunit(part) })),
  ...['client', 'grammar', 'examples', 'generative', 'verdict', 'e2e'].map((name) => ({
    name,
    run: () => nodeTests(name),
  })),
];

async function formatting() {
  const { length } = formatters(true);
  const failed = (await format(true)).length;
  return { passed: length - failed, failed, skipped: 0 };
}

async function nunit(part) {
  const trx = path.join(results, `${part}.trx`);
  rmSync(trx, { force: true });
  const status = await run(
    'dotnet',
    [
      'test',
      `tests/LspTorch.${part}.Tests`,
      '-c',
      'Release',
      '--nologo',
      '-v',
      'quiet',
      '--logger',
      `trx;LogFileName=${trx}`,
      '--logger',
      'console;verbosity=minimal',
    ],
    { env: testEnvironment(), allowFailure: true },
  );
  if (!existsSync(trx)) return { passed: 0, failed: 1, skipped: 0 }; // did not build, or crashed: said above
  const counters = readFileSync(trx, 'utf8').match(/<Counters [^>]*>/)?.[0] ?? '';
  const count = (name) => Number(counters.match(new RegExp(` ${name}="(\\d+)"`))?.[1] ?? 0);
  const passed = count('passed'),
    total = count('total'),
    executed = count('executed');
  return countStatus(status, { passed, failed: executed - passed, skipped: total - executed });
}

async function nodeTests(name) {
  const folder = path.join(root, 'tests', name);
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.test.mjs'))
    .sort()
    .map((file) => path.join(folder, file));
  const tap = path.join(results, `${name}.tap`);
  rmSync(tap, { force: true });
  const status = await run(
    process.execPath,
    [
      '--test',
      '--test-concurrency=1',
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      '--test-reporter=tap',
      `--test-reporter-destination=${tap}`,
      ...files,
    ],
    { env: testEnvironment(), allowFailure: true },
  );
  const text = existsSync(tap) ? readFileSync(tap, 'utf8') : '';
  const count = (what) => Number(text.match(new RegExp(`^# ${what} (\\d+)$`, 'm'))?.[1] ?? 0);
  return countStatus(status, {
    passed: count('pass'),
    failed: count('fail') + count('cancelled'),
    skipped: count('skipped') + count('todo'),
  });
}

/** A runner that ends badly without naming a failed test, or that ran no test, has failed. */
function countStatus(status, counts) {
  const silent = counts.failed === 0 && (status !== 0 || counts.passed === 0);
  return silent ? { ...counts, failed: 1 } : counts;
}

function testEnvironment() {
  return {
    LSPTORCH_TEST_PYTHON: findTorchPython() ?? '',
    LSPTORCH_BIN: binaries.server,
    LSPTORCH_PROBE: binaries.probe,
    LSPTORCH_LIBTORCH: libtorchWorker,
  };
}

async function main() {
  const only = process.argv.slice(2);
  const chosen = only.length ? suites.filter((suite) => only.includes(suite.name)) : suites;
  if (chosen.length === 0)
    throw new Error(`No such suite. There are: ${suites.map((suite) => suite.name).join(', ')}.`);
  mkdirSync(results, { recursive: true });
  await ensureApt(
    [
      'python3-torch',
      'python3-torchaudio',
      'python3-torchvision',
      'libpython3.11',
      'python3-venv',
      'python3-pytest',
      'python3-numba',
      'python3-cloudpickle',
      'python3-joblib',
    ],
    'the tests',
  );
  await ensureNpm();
  // The editor's install is long and mostly compiles one module: it goes on beside the build and the first suites.
  const editor = chosen.some((suite) => suite.name === 'e2e') ? ensureEditor() : Promise.resolve();
  editor.catch(() => {}); // reported where it is awaited
  await ensureBuilt();

  const total = { passed: 0, failed: 0, skipped: 0 };
  const summary = [];
  for (const suite of chosen) {
    console.log(`\n== ${suite.name} ==`);
    const started = Date.now();
    let counts;
    try {
      if (suite.name === 'e2e') await editor;
      if (suite.name === 'verdict') await ensureLibTorch();
      counts = await suite.run();
    } catch (error) {
      console.error(error.message);
      counts = { passed: 0, failed: 1, skipped: 0 };
    }
    for (const key of Object.keys(total)) total[key] += counts[key];
    const seconds = ((Date.now() - started) / 1000).toFixed(0);
    summary.push(
      `${suite.name.padEnd(9)} ${counts.passed} ok, ${counts.failed} failed, ${counts.skipped} skipped in ${seconds} s`,
    );
  }
  console.log(`\n${summary.join('\n')}`);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

await main().catch(fail);
