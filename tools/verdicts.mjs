// node tools/verdicts.mjs [--server FILE] : asks about the models of tools/verdicts/models.py twice, by `lsptorch verdict` and by the bare calls of torch, and says
// where the two differ; and whether libtorch loads every file that was saved, and gives eager's answer. Exit status 1 where anything differs.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from '../scripts/lib/run.mjs';

const here = path.join(root, 'tools', 'verdicts');
const python = process.env.LSPTORCH_TEST_PYTHON ?? '/usr/bin/python3';
const server = (process.env.LSPTORCH_BIN ?? path.join(root, 'bin', 'lsptorch')).split(' ');

function run(command, args) {
  const ran = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    cwd: here,
    env: { ...process.env, PYTHONPATH: here, PYTHONWARNINGS: 'ignore' },
  });
  if (!ran.stdout) throw new Error(`${command} said nothing: ${ran.error ?? ran.stderr.slice(-2000)}`);
  return ran;
}

let started = Date.now();
const verdict = run(server[0], [
  ...server.slice(1),
  'verdict',
  path.join(here, 'run.py'),
  '--python',
  python,
  '--root',
  here,
  '--format',
  'json',
]);
const { torch, modules } = JSON.parse(verdict.stdout);
const told = verdict.stderr.match(/built \d+.*/)?.[0] ?? '';
console.log(
  `torch ${torch}: ${modules.length} classes judged in ${((Date.now() - started) / 1000).toFixed(0)} s (${told})`,
);
started = Date.now();
const bare = Object.fromEntries(
  run(python, [path.join(here, 'bare.py')])
    .stdout.trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map((one) => [one.class, one]),
);
console.log(`bare calls: ${Object.keys(bare).length} classes in ${((Date.now() - started) / 1000).toFixed(0)} s`);

let differ = 0;
const count = { scripted: 0, traced: 0, loaded: 0, agreed: 0, asScript: 0, foreign: 0, notCompared: 0 };
const complain = (text) => {
  differ += 1;
  console.log(`DIFFERS ${text}`);
};
for (const module of modules) {
  const plain = bare[module.class];
  if (!plain) {
    complain(`${module.class}: not asked by bare calls`);
    continue;
  }
  for (const how of ['script', 'trace']) {
    const said = module[how];
    // Arguments that are no tensors are constants of our trace; the bare call is given them and refuses.
    if (how === 'trace' && said.constants)
      console.log(`not comparable ${module.class} trace: constants ${said.constants.join(', ')}`);
    else if (said.skipped) complain(`${module.class} ${how}: skipped: ${said.skipped}`);
    else if (said.ok !== plain[how].ok)
      complain(
        `${module.class} ${how}: verdict ${said.ok}, bare ${plain[how].ok}: ${plain[how].error ?? said.error?.message}`,
      );
    else if (said.ok && said.matchesEager !== plain[how].same)
      complain(
        `${module.class} ${how}: same answer by verdict ${said.matchesEager}, bare ${plain[how].same}: ${said.error?.message ?? plain[how].error}`,
      );
    else if (
      !said.ok &&
      !words(plain[how].error).includes(
        words(
          said.error.message
            .split('\n')[0]
            .replace(/ \(in .*$/, '')
            .replace(/^\w+Error: /, ''),
        ),
      )
    )
      complain(`${module.class} ${how}: verdict says '${said.error.message}', bare '${plain[how].error}'`);
    if (said.ok) count[how === 'script' ? 'scripted' : 'traced'] += 1;
  }
  const lib = module.libtorch;
  if (lib.skipped) {
    if (/needs the operator torchvision::/.test(lib.skipped)) count.foreign += 1;
    else if (module.script.ok || module.trace.ok) complain(`${module.class} libtorch: ${lib.skipped}`);
    continue;
  }
  if (!lib.ok) complain(`${module.class} libtorch does not load it: ${lib.error?.message}`);
  else count.loaded += 1;
  if (lib.matchesEager === true) count.agreed += 1;
  // What is scripted gives a tuple where eager leaves out the auxiliary classifiers: script says so itself.
  else if (lib.matchesEager === false && module.script.matchesEager === false) count.asScript += 1;
  else if (lib.matchesEager === false) complain(`${module.class} libtorch: ${lib.error?.message}`);
  else {
    count.notCompared += 1;
    console.log(`not compared ${module.class}: ${lib.note}`);
  }
}
for (const name of Object.keys(bare))
  if (!modules.some((module) => module.class === name)) complain(`${name}: no verdict`);
console.log(
  `${modules.length} classes: ${count.scripted} can be scripted, ${count.traced} traced; libtorch loads ${count.loaded}, agrees with eager in ${count.agreed}, ${count.asScript} differ as script itself does, ${count.foreign} need torchvision's operators, ${count.notCompared} not compared; ${differ} differences`,
);
process.exitCode = differ === 0 ? 0 : 1;

/** Without what differs between two runs: spaces and addresses. */
function words(text) {
  return text.replace(/ \(of Python compilation unit at: 0x[0-9a-f]+\)|0x[0-9a-f]+/g, '').replace(/\s+/g, '');
}
