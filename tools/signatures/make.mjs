// node tools/signatures/make.mjs [--check] [--into DIR]: writes the signature tables of server/LspTorch.TorchScript/Data from the torch of
// this machine (1.13) and of the roots (2.6, 2.14; made where they are missing). --check: writes nothing, and says where the tables differ.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findTorchPython } from '../../scripts/lib/ensure.mjs';
import { capture, fail, root as repository, run, step } from '../../scripts/lib/run.mjs';
import { ensureRoot, foldersOf, runInside, suites } from '../roots/roots.mjs';

const here = path.join(repository, 'tools', 'signatures');
const data = path.join(repository, 'server', 'LspTorch.TorchScript', 'Data');

async function madeInRoot(suite, into, folder) {
  const root = await ensureRoot(suite, into);
  const work = mkdtempSync(path.join(root, 'tmp', 'signatures-'));
  try {
    for (const name of ['generate.py', 'refusals.py']) cpSync(path.join(here, name), path.join(work, name));
    await step(`reading torch ${suites[suite]} of ${suite}`, () =>
      runInside(root, path.join('/tmp', path.basename(work)), ['python3', '-W', 'ignore', 'generate.py', '.'], {
        log: `signatures-${suite}`,
      }),
    );
    cpSync(work, folder, { recursive: true });
  } finally {
    rmSync(work, { recursive: true });
  }
}

async function main() {
  const { into, rest } = foldersOf(process.argv.slice(2));
  const check = rest.includes('--check');
  const python = findTorchPython();
  const version = python && capture(python, ['-c', 'import torch; print(torch.__version__)']);
  if (!version?.startsWith('1.13'))
    throw new Error(`The tables start at torch 1.13; ${python ?? 'no python here'} has torch ${version ?? 'none'}.`);
  const work = mkdtempSync(path.join(tmpdir(), 'lsptorch-signatures-'));
  try {
    const folders = [path.join(work, '1.13'), ...Object.keys(suites).map((suite) => path.join(work, suite))];
    for (const folder of folders) mkdirSync(folder);
    await step('reading torch 1.13', () =>
      run(python, [path.join(here, 'generate.py'), folders[0]], { log: 'signatures' }),
    );
    for (const [i, suite] of Object.keys(suites).entries()) await madeInRoot(suite, into, folders[i + 1]);
    const tables = path.join(here, 'tables.py');
    if (!check) return await run(python, [tables, 'merge', data, ...folders]);
    let stale = false;
    for (const folder of folders)
      stale = (await run(python, [tables, 'check', data, folder], { allowFailure: true })) !== 0 || stale;
    if (stale) throw new Error('The tables are stale: run node tools/signatures/make.mjs');
    console.log('The tables are those of torch 1.13, 2.6 and 2.14.');
  } finally {
    rmSync(work, { recursive: true });
  }
}

await main().catch(fail);
