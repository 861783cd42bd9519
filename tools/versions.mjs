// node tools/versions.mjs [trixie|forky]... [--into DIR] [--only NAME,...]: judges the engine by the compilers of other torch releases. The tests that ask the real
// compiler (agreement, silence, recall, the rules' cases) run inside Debian 13 (torch 2.6) and Debian testing (torch 2.14), on the libraries
// installed there. Makes the roots where they are missing. Prints the figures and, by release, what differs; docs/versions.md explains it.
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { capture, fail, root as repository, run, step } from '../scripts/lib/run.mjs';
import { ensureRoot, foldersOf, runInside, suites } from './roots/roots.mjs';

const tests = [
  'CompilerAgreementTests',
  'SilenceTests',
  'RecallTests',
  'RuleCaseTests',
  'DivergenceTableTests',
  'ExpressionTests',
];
const output = path.join(repository, 'artifacts', 'versions');

/** Mounts folders of this machine at the same places of the root while `work` runs: the tests then run there as they do here. */
async function withMounts(root, folders, work) {
  const mounted = [];
  try {
    for (const folder of folders) {
      const place = path.join(root, folder);
      mkdirSync(place, { recursive: true });
      await run('mount', ['--bind', folder, place]);
      mounted.push(place);
    }
    return await work();
  } finally {
    for (const place of mounted.reverse()) await run('umount', ['-l', place], { allowFailure: true });
  }
}

const plain = (text) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll(/&#x[AD];/gi, '\n')
    .replaceAll('&amp;', '&');

/** The figures that tests print, and the tests that failed with what they said, from a trx file. */
function report(suite, trx) {
  const counts = new Map();
  for (const [, attributes, body] of readFileSync(trx, 'utf8').matchAll(
    /<UnitTestResult ([^>]*?)(?:\/>|>([\s\S]*?)<\/UnitTestResult>)/g,
  )) {
    const name = plain(attributes.match(/testName="([^"]*)"/)?.[1] ?? ''),
      outcome = attributes.match(/outcome="(\w+)"/)?.[1];
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    const said = plain(body?.match(/<StdOut>([\s\S]*?)<\/StdOut>/)?.[1] ?? '').trim();
    if (said) console.log(`${suites[suite]}  ${name}: ${said}`);
    if (outcome === 'Failed')
      console.log(
        `${suites[suite]}  DIFFERS ${name}: ${plain(body?.match(/<Message>([\s\S]*?)<\/Message>/)?.[1] ?? '')
          .trim()
          .slice(0, 6000)}`,
      );
  }
  console.log(`${suites[suite]}  ${[...counts].map(([outcome, n]) => `${n} ${outcome.toLowerCase()}`).join(', ')}`);
}

async function judge(suite, into, only) {
  const root = await ensureRoot(suite, into);
  const dotnet = path.dirname(realpathSync(capture('sh', ['-c', 'command -v dotnet']) ?? ''));
  const trx = path.join(output, `${suite}.trx`);
  rmSync(trx, { force: true });
  const env = {
    LSPTORCH_TEST_PYTHON: '/usr/bin/python3',
    LSPTORCH_AGREEMENT: path.join(output, `${suite}-agreement.txt`),
    PYTHONWARNINGS: 'ignore',
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1',
    DOTNET_CLI_TELEMETRY_OPTOUT: '1',
    DOTNET_NOLOGO: '1',
    DOTNET_CLI_HOME: '/tmp',
  };
  const dll = path.join(repository, 'tests/LspTorch.Libraries.Tests/bin/Release/net10.0/LspTorch.Libraries.Tests.dll');
  await step(`judging torch ${suites[suite]} of ${suite}`, () =>
    withMounts(root, [repository, dotnet], () =>
      runInside(
        root,
        repository,
        [
          path.join(dotnet, 'dotnet'),
          'test',
          dll,
          '--filter',
          only.map((name) => `FullyQualifiedName~${name}`).join('|'),
          '--logger',
          `trx;LogFileName=${trx}`,
        ],
        { env, log: `versions-${suite}`, allowFailure: true },
      ),
    ),
  );
  if (!existsSync(trx)) throw new Error(`No test ran in ${suite}: see artifacts/logs/versions-${suite}.log`);
  report(suite, trx);
}

async function main() {
  const { into, rest } = foldersOf(process.argv.slice(2));
  const at = rest.indexOf('--only');
  const only = at < 0 ? tests : rest.splice(at, 2)[1].split(',');
  mkdirSync(output, { recursive: true });
  await step('building the tests', () =>
    run('dotnet', ['build', 'tests/LspTorch.Libraries.Tests', '-c', 'Release', '-v', 'quiet', '--nologo'], {
      log: 'versions-build',
    }),
  );
  for (const suite of rest.length ? rest : Object.keys(suites)) await judge(suite, into, only);
}

await main().catch(fail);
