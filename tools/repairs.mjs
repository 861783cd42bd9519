// node tools/repairs.mjs [FILE-OR-FOLDER...] [--mode script|export] [--root trixie|forky] [--budget SECONDS] [--python EXE] [--out FOLDER] [--quick]: `lsptorch repair` on each
// program (default: tests/repair, for export tests/repair/export), one after the other, each judged once more by bare torch (tools/repairs/independent.py; not with --quick), and a
// table of what came of them. --root: inside that Debian (tools/roots/make.mjs, needs root's rights), with its torch. --out keeps the proofs and the repaired files.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/lib/run.mjs';
import { defaultFolder, rootOf } from './roots/roots.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mode: { type: 'string', default: 'script' },
    root: { type: 'string' },
    budget: { type: 'string', default: '60' },
    python: { type: 'string', default: process.env.LSPTORCH_TEST_PYTHON ?? '/usr/bin/python3' },
    out: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
/** The Debian in which everything runs; empty for this one. */
const debian = values.root ? rootOf(values.root, defaultFolder) : '';
const temporary = debian ? path.join(debian, 'tmp') : os.tmpdir();
const server = (process.env.LSPTORCH_BIN ?? binary()).split(' ');
const folderOf = { script: path.join(root, 'tests', 'repair'), export: path.join(root, 'tests', 'repair', 'export') };
const given = positionals.length > 0 ? positionals.map((p) => path.resolve(p)) : [folderOf[values.mode]];
const programs = given.flatMap((one) =>
  fs.statSync(one).isDirectory()
    ? fs
        .readdirSync(one)
        .filter((name) => name.endsWith('.py'))
        .map((name) => path.join(one, name))
    : [one],
);

/** The server that was built; in another Debian a copy of it. */
function binary() {
  const built = path.join(root, 'bin');
  if (!debian) return path.join(built, 'lsptorch');
  const copy = path.join(temporary, 'lsptorch-repairs');
  fs.cpSync(built, copy, { recursive: true, filter: (file) => path.basename(file) !== 'libtorch' });
  return path.join(copy, 'lsptorch').slice(debian.length);
}

/** Runs a command in a folder, in that Debian. */
function ran(folder, command) {
  const options = { encoding: 'utf8', maxBuffer: 1 << 30, env: { PYTHONWARNINGS: 'ignore', ...process.env } };
  return debian
    ? spawnSync(
        'chroot',
        [debian, 'sh', '-c', 'cd "$0" && exec "$@"', folder.slice(debian.length), ...command],
        options,
      )
    : spawnSync(command[0], command.slice(1), { ...options, cwd: folder });
}

/** The kind of a compiler's sentence: names, types and numbers left out. */
const kindOf = (sentence) =>
  sentence
    .split('\n')[0]
    .replace(/'[^']*'|"[^"]*"/g, "'…'")
    .slice(0, 90);

function judge(program) {
  const folder = fs.mkdtempSync(path.join(temporary, 'repairs-'));
  const copy = path.join(folder, path.basename(program));
  fs.copyFileSync(program, copy);
  const started = Date.now();
  const options = ['--budget', values.budget, '--python', values.python, '--mode', values.mode, '--format', 'json'];
  const repair = ran(folder, [...server, 'repair', path.basename(program), '--write', '--verbose', ...options]);
  const row = { name: path.basename(program, '.py'), seconds: (Date.now() - started) / 1000, status: repair.status };
  const proof = repair.stdout.startsWith('{') ? JSON.parse(repair.stdout) : null;
  const failed = proof?.modules.find((m) => !m.after.ok);
  row.seconds = proof?.seconds ?? row.seconds;
  row.attempts = proof?.attempts ?? 0;
  row.fixes = proof?.fixes.length ?? 0;
  // How far the search came is said behind what was kept.
  const furthest = proof?.shortfalls
    .find((s) => s.includes('the next sentence is: '))
    ?.split('the next sentence is: ')[1];
  row.stop = proof === null ? repair.stderr.trim().split('\n').at(-1) : (furthest ?? failed?.after.error ?? '');
  row.dropped = proof?.dropped.length ?? 0;
  if (!values.quick) {
    for (const [from, to] of [
      [program, 'original.py'],
      [path.join(root, 'tools', 'repairs', 'independent.py'), 'independent.py'],
    ])
      fs.copyFileSync(from, path.join(folder, to));
    const judged = ['independent.py', values.mode, 'original.py', path.basename(program)];
    const bare = ran(folder, [values.python, ...judged]);
    // What compiled code prints stands before it.
    const said = bare.stdout.trim().split('\n').at(-1);
    row.bare = said.startsWith('{') ? JSON.parse(said) : { eager: false, compiled: bare.stderr.slice(-200) };
  }
  if (values.out) {
    fs.mkdirSync(values.out, { recursive: true });
    fs.writeFileSync(path.join(values.out, `${row.name}.json`), repair.stdout || repair.stderr);
    fs.writeFileSync(path.join(values.out, `${row.name}.log`), repair.stderr);
    fs.copyFileSync(copy, path.join(values.out, `${row.name}.py`));
  }
  fs.rmSync(folder, { recursive: true, force: true });
  return row;
}

const rows = programs.map((program) => {
  const row = judge(program);
  const said = row.bare
    ? ` eager ${row.bare.eager ? 'same' : 'CHANGED'}, bare torch ${row.bare.compiled ?? 'agrees'};`
    : '';
  console.log(
    `${row.name.padEnd(28)} ${row.status === 0 ? 'repaired' : 'stopped '} ${row.seconds.toFixed(1).padStart(5)} s` +
      ` ${String(row.attempts).padStart(3)} attempts ${String(row.fixes).padStart(2)} fixes;${said} ${row.stop.replace(/\s+/g, ' ').slice(0, 190)}`,
  );
  return row;
});
const repaired = rows.filter((r) => r.status === 0);
const seconds = rows.map((r) => r.seconds).sort((a, b) => a - b);
console.log(
  `\n${rows.length} programs: ${repaired.length} repaired` +
    (values.quick
      ? ''
      : `, ${repaired.filter((r) => r.bare.compiled === null && r.bare.eager).length} of them confirmed by bare torch, eager unchanged in ${rows.filter((r) => r.bare.eager).length}`) +
    `; median ${seconds[Math.floor(seconds.length / 2)].toFixed(1)} s`,
);
const kinds = Map.groupBy?.(
  rows.filter((r) => r.status !== 0),
  (r) => kindOf(r.stop),
);
for (const [kind, stopped] of [...(kinds ?? [])].sort((a, b) => b[1].length - a[1].length))
  console.log(`${String(stopped.length).padStart(3)}  ${kind}  (${stopped.map((r) => r.name).join(', ')})`);
