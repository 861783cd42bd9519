// node tools/verdicts/versions.mjs [trixie|forky]... [--into DIR] : asks the torch of other Debian releases (2.6, 2.14) for verdicts on
// tools/verdicts/constructs.py, by the built bin/lsptorch inside their roots, and prints them; probes exported.py there; and has tests/examples/numpy_cases.py written in torch, compiled
// and compared there. Exit status 1 where an answer is not what it must be.
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fail, root as repository } from '../../scripts/lib/run.mjs';
import { ensureRoot, foldersOf, runInside, suites } from '../roots/roots.mjs';

/** ok and generalises of each column that counts; export: what every torch that has it says. */
const expected = {
  Plain: { script: [true, true], trace: [true, true], export: [true, true] },
  Decides: { script: [true, true], trace: [true, false], export: [false, undefined] },
  Corner: { script: [false, undefined], trace: [true, true], export: [true, true] },
  Whole: { script: [false, undefined], trace: [true, false], mixed: [true, true], export: [false, undefined] },
  Flattens: { script: [true, true], trace: [true, true], export: [true, false] },
};

async function ask(suite, into) {
  const root = await ensureRoot(suite, into);
  const folder = path.join(root, 'tmp', 'lsptorch-verdicts');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(repository, 'bin'), path.join(folder, 'bin'), {
    recursive: true,
    filter: (file) => path.basename(file) !== 'libtorch',
  });
  for (const name of ['constructs.py', 'exported.py'])
    cpSync(path.join(repository, 'tools', 'verdicts', name), path.join(folder, name));
  await runInside(
    root,
    '/tmp/lsptorch-verdicts',
    [
      'sh',
      '-c',
      'bin/lsptorch verdict constructs.py --python /usr/bin/python3 --format json > told.json || test $? = 1',
    ],
    { env: { XDG_CACHE_HOME: '/tmp/lsptorch-verdicts/cache', PYTHONWARNINGS: 'ignore' }, log: `verdicts-${suite}` },
  );
  const exported = [
    'python3 exported.py plain',
    'bin/lsptorch probe exported.py --python /usr/bin/python3 -- probed',
    'cmp plain probed',
    'bin/lsptorch types exported.py | grep -q "torch.relu(y).*observed.*×2"',
  ];
  await runInside(root, '/tmp/lsptorch-verdicts', ['sh', '-ec', exported.join('\n')], {
    env: { XDG_CACHE_HOME: '/tmp/lsptorch-verdicts/cache', PYTHONWARNINGS: 'ignore' },
    log: `exported-${suite}`,
  });
  for (const name of ['numpy_cases.py', 'numpy_judge.py'])
    cpSync(path.join(repository, 'tests', 'examples', name), path.join(folder, name));
  const rewritten = [
    'python3 numpy_judge.py --write before.py',
    'cp before.py after.py',
    'bin/lsptorch probe after.py --python /usr/bin/python3',
    'bin/lsptorch fix after.py --suggested --select numpy-in-script',
    'python3 numpy_judge.py --judge before.py after.py | tail -n 1 > numpy.json',
  ];
  await runInside(root, '/tmp/lsptorch-verdicts', ['sh', '-ec', rewritten.join('\n')], {
    env: { XDG_CACHE_HOME: '/tmp/lsptorch-verdicts/cache', PYTHONWARNINGS: 'ignore' },
    log: `numpy-${suite}`,
  });
  const { torch, modules } = JSON.parse(readFileSync(path.join(folder, 'told.json'), 'utf8'));
  let wrong = 0;
  for (const [name, columns] of Object.entries(expected)) {
    const module = modules.find((one) => one.class === name);
    for (const [column, [ok, generalises]] of Object.entries(columns)) {
      const said = module?.[column];
      const right = said?.ok === ok && said?.generalises === generalises;
      wrong += right ? 0 : 1;
      console.log(
        `torch ${torch}  ${right ? 'as it must' : 'DIFFERS   '}  ${name} ${column}: ${said?.skipped ?? (said?.error ? said.error.message.split('\n')[0] : 'ok')}`,
      );
    }
    if (module)
      console.log(
        `torch ${torch}              ${name}: ${module.advice}${module.exportAdvice ? ` | ${module.exportAdvice}` : ''}`,
      );
    if (module?.export.draft)
      console.log(`torch ${torch}              draft_export: ${module.export.draft.split('\n').slice(0, 3).join(' ')}`);
  }
  console.log(
    `torch ${torch}  as it must  a program that exports and compiles writes the same when it is probed, and is seen`,
  );
  const numpy = Object.entries(JSON.parse(readFileSync(path.join(folder, 'numpy.json'), 'utf8')));
  for (const [name, said] of numpy) {
    const right = name.startsWith('Kept') ? said.numpy : !said.numpy && said.same && said.eager;
    if (right) continue;
    wrong += 1;
    console.log(
      `torch ${torch}  DIFFERS     ${name}: ${said.body.join('; ')}: ${(said.error ?? said.why ?? '').split('\n')[0]}`,
    );
  }
  console.log(`torch ${torch}              ${numpy.length} cases of numpy written in torch, or left`);
  rmSync(folder, { recursive: true, force: true });
  return wrong;
}

async function main() {
  const { into, rest } = foldersOf(process.argv.slice(2));
  let wrong = 0;
  for (const suite of rest.length ? rest : Object.keys(suites)) wrong += await ask(suite, into);
  process.exitCode = wrong === 0 ? 0 : 1;
}

await main().catch(fail);
