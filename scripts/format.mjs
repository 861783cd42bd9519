// npm run format: lays out all sources (CSharpier, Biome, Black; 120 columns). With --check it changes nothing and fails where a
// file is laid out otherwise, or where Biome's linter has an error.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureApt, ensureNpm } from './lib/ensure.mjs';
import { capture, fail, run } from './lib/run.mjs';

/** Python that is part of the project; what stands in test data is input, and stays as it is. */
const python = ['server/LspTorch.Probe', 'tools', 'tests/python/*.py', 'tests/e2e', 'scripts/bench'];

function pythonFiles() {
  const listed = capture('git', [
    'ls-files',
    '--',
    ...python.map((where) => `:(glob)${where}${where.endsWith('.py') ? '' : '/**/*.py'}`),
  ]);
  return (listed ?? '').split('\n').filter(Boolean);
}

/** The formatters: a name, and the command that checks or writes. */
export function formatters(check) {
  return [
    { name: 'CSharpier', command: 'dotnet', args: ['csharpier', check ? 'check' : 'format', '.'] },
    {
      name: 'Biome',
      command: process.execPath,
      args: [
        path.join('node_modules', '@biomejs', 'biome', 'bin', 'biome'),
        'check',
        ...(check ? [] : ['--write']),
        '.',
      ],
    },
    {
      name: 'Black',
      command: 'black',
      args: [
        '--quiet',
        '--line-length',
        '120',
        '--target-version',
        'py38',
        ...(check ? ['--check'] : []),
        ...pythonFiles(),
      ],
    },
  ];
}

/** Runs every formatter; resolves to the names of those that found fault. */
export async function format(check) {
  await ensureApt(['black'], 'the formatting of Python');
  await ensureNpm();
  await run('dotnet', ['tool', 'restore'], { log: 'tool-restore' });
  const faults = [];
  for (const { name, command, args } of formatters(check)) {
    if ((await run(command, args, { allowFailure: true })) !== 0) faults.push(name);
  }
  return faults;
}

async function main() {
  const check = process.argv.includes('--check');
  const faults = await format(check);
  if (faults.length) throw new Error(`${faults.join(', ')}: ${check ? 'run npm run format' : 'see above'}.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main().catch(fail);
