// Running commands with progress a person can follow. Nothing here knows what is run.
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the repository's root. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

const tty = process.stderr.isTTY && !process.env.NO_COLOR;
const logFolder = path.join(root, 'artifacts', 'logs');

const active = new Map(); // title → when it started; several steps may run side by side
let clock;

const secondsSince = (started) => `${((Date.now() - started) / 1000).toFixed(0)} s`;

function draw() {
  const line = [...active].map(([title, started]) => `${title} (${secondsSince(started)})`).join(' · ');
  process.stderr.write(`\r\x1b[2K… ${line}`.slice(0, (process.stderr.columns ?? 80) + 5));
}

function finish(mark, title) {
  process.stderr.write(`${tty ? '\r\x1b[2K' : ''}${mark} ${title} (${secondsSince(active.get(title))})\n`);
  active.delete(title);
  if (active.size === 0) clearInterval(clock);
  else if (tty) draw();
}

/** Runs `work` under a title on stderr: a running clock on a terminal, two plain lines elsewhere. Returns what `work` returns. */
export async function step(title, work) {
  active.set(title, Date.now());
  if (!tty) process.stderr.write(`… ${title}\n`);
  else if (active.size === 1) clock = setInterval(draw, 500);
  if (tty) draw();
  try {
    const result = await work();
    finish('✓', title);
    return result;
  } catch (error) {
    finish('✗', title);
    throw error;
  }
}

/**
 * Runs a command and waits for it. Its output goes to artifacts/logs/<log>.log when `log` is given (the tail is in the error), else to this
 * terminal. Rejects where it fails, unless `allowFailure`; resolves to the exit status.
 */
export function run(command, args = [], { cwd = root, env = {}, log, allowFailure = false, stdin = 'ignore' } = {}) {
  return new Promise((resolve, reject) => {
    const logFile = log && path.join(logFolder, `${log}.log`);
    if (logFile) mkdirSync(logFolder, { recursive: true });
    const sink = logFile && createWriteStream(logFile);
    sink?.write(`$ ${command} ${args.join(' ')}\n`);
    const out = sink ? 'pipe' : 'inherit';
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: [stdin, out, out] });
    if (sink) {
      child.stdout.pipe(sink, { end: false });
      child.stderr.pipe(sink, { end: false });
    }
    child.on('error', (error) => reject(new Error(`cannot run ${command}: ${error.message}`)));
    child.on('close', (code, signal) => {
      const finish = () => {
        if (code === 0 || allowFailure) return resolve(code ?? 1);
        const tail = logFile
          ? `\n${readFileSync(logFile, 'utf8').split('\n').slice(-30).join('\n')}\n(all of it: ${path.relative(root, logFile)})`
          : '';
        reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? `status ${code}`}${tail}`));
      };
      if (sink) sink.end(finish);
      else finish();
    });
  });
}

/** Standard output of a command that must succeed, trimmed; null where it cannot be run or fails. */
export function capture(command, args = [], options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000, ...options });
  return result.status === 0 ? result.stdout.trim() : null;
}

/** Ends the process with the error's message on stderr, for scripts' top level. */
export function fail(error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
