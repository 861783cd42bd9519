// npm run bench -- repair: what `lsptorch repair` of the example costs beside one plain run of its script.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { binaries } from '../lib/ensure.mjs';
import { root } from '../lib/run.mjs';

/** Processes that this one has started, itself among them. */
function family(pid) {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(/^\S+ \(.*\) \S (\d+)/s.exec(read(`/proc/${name}/stat`))?.[1])]);
  const found = [pid];
  for (let at = 0; at < found.length; at++)
    found.push(...parents.filter(([, parent]) => parent === found[at]).map(([child]) => child));
  return found;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
}

/** Memory in MB that these processes have for themselves, with their share of what forked ones have together. */
const megabytes = (pids) =>
  pids.reduce((sum, pid) => sum + Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0), 0) / 1024;

/** Seconds, the most memory seen, exit status and output of a command. */
function measured(command, args, cwd) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
    let [output, most] = ['', 0];
    child.stdout.on('data', (data) => {
      output += data;
    });
    const watch = setInterval(() => {
      most = Math.max(most, megabytes(family(child.pid)));
    }, 100);
    child.on('error', reject);
    child.on('close', (status) => {
      clearInterval(watch);
      resolve({ seconds: (performance.now() - started) / 1000, most, status, output });
    });
  });
}

/** Repairs a copy of the example, and runs its script before and after, so that a busy machine is busy for both. */
export async function repairing(row, python) {
  if (!existsSync('/proc/self/smaps_rollup')) return;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lsptorch-bench-repair-'));
  try {
    cpSync(path.join(root, 'examples', 'tts'), folder, { recursive: true });
    const runs = [await measured(python, ['run.py'], folder)];
    const args = ['repair', 'run.py', '--python', python, '--format', 'json'];
    const repair = await measured(binaries.server, args, folder);
    runs.push(await measured(python, ['run.py'], folder));
    if (repair.status === 2 || runs.some((run) => run.status !== 0)) throw new Error('The example does not run.');
    const { attempts, fixes, modules } = JSON.parse(repair.output);
    const run = Math.min(...runs.map((one) => one.seconds));
    const repaired = modules.filter((module) => module.after?.equal).length;
    row(
      'example: repair, to its proof',
      repair.seconds,
      's',
      15,
      `${repaired} of ${modules.length} modules, ${fixes.length} fixes, ${attempts} attempts`,
    );
    row(
      'example: repair beyond six plain runs, for each attempt',
      (repair.seconds - 6 * run) / attempts,
      's',
      0.3,
      `a plain run: ${run.toFixed(2)} s`,
    );
    row(
      'example: memory of repair beside that of the script',
      repair.most / Math.max(...runs.map((one) => one.most)),
      'times',
      1.5,
      `${Math.round(repair.most)} MB, shared pages counted once`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
