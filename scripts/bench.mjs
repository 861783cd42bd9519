// npm run bench: measures the built server as an editor and a terminal meet it, and prints each figure beside its goal. Figures depend on
// the machine and on what else runs there: a missed goal is printed, and is not a failure.
// npm run bench -- PART...: only these parts (server, core, check, growth, probe, repair); "embedding", which fetches pythonnet, only where it is named.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { growth } from './bench/growth.mjs';
import { repairing } from './bench/repair.mjs';
import { binaries, ensureBuilt, findTorchPython } from './lib/ensure.mjs';
import { diagnosticsOf, LspClient } from './lib/lsp-client.mjs';
import { capture, fail, root, run, step } from './lib/run.mjs';
import { bold, green, grey, heading, yellow } from './lib/terminal.mjs';

const example = path.join(root, 'examples', 'tts', 'model.py');

const sorted = (values) => [...values].sort((a, b) => a - b);
const quantile = (values, q) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * q))];
const median = (values) => quantile(values, 0.5);

/** One line of the table. `goal` is an upper bound in the same unit, or null where none was set. */
const rows = [];
function row(what, value, unit, goal = null, note = '') {
  rows.push({ what, value, unit, goal, note });
}

/** Resident memory of a process in MB; null where the machine does not say. */
function residentMegabytes(pid) {
  const status = `/proc/${pid}/status`;
  return existsSync(status) ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]) / 1024 : null;
}

const newClient = () => new LspClient(binaries.server, ['lsp']);

async function startUp() {
  const times = [];
  for (let turn = 0; turn < 11; turn++) {
    const client = newClient();
    times.push((await client.initialize(path.dirname(example), { trusted: false })).milliseconds);
    await client.close();
  }
  row(
    'spawn to initialize answered',
    median(times),
    'ms',
    30,
    `median of ${times.length}; fastest ${sorted(times)[0].toFixed(1)}`,
  );
}

async function memory() {
  const client = newClient();
  const { capabilities } = await client.initialize(path.dirname(example), { trusted: false });
  const uri = pathToFileURL(example).href;
  const text = readFileSync(example, 'utf8');
  client.open(uri, text);
  await diagnosticsOf(client, capabilities, uri);
  await client.request('textDocument/inlayHint', { textDocument: { uri }, range: wholeOf(text) });
  const megabytes = residentMegabytes(client.pid);
  if (megabytes !== null) row('resident memory, example open', megabytes, 'MB', 50);
  await client.close();
}

const wholeOf = (text) => ({ start: { line: 0, character: 0 }, end: { line: text.split('\n').length, character: 0 } });

/** A line of code inside a function, from the middle of the file on, where a character can be typed and taken back. */
function editableLine(lines) {
  let inString = false;
  return lines.findIndex((line, index) => {
    if ((line.match(/"""/g)?.length ?? 0) % 2 === 1) inString = !inString;
    return !inString && index > lines.length / 2 && /^ {4,}[a-z_]\w* = [^"]*$/.test(line);
  });
}

/** @param options.all every function of the file counts as compiled; `options.goal`: milliseconds from an edit to its diagnostics. */
async function editing(file, name, { all = false, goal = null } = {}) {
  const client = newClient();
  const { capabilities } = await client.initialize(path.dirname(file), {
    trusted: false,
    ...(all ? { entries: ['all'] } : {}),
  });
  const uri = pathToFileURL(file).href;
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n');

  let started = performance.now();
  client.open(uri, text);
  await diagnosticsOf(client, capabilities, uri);
  row(`${name}: open to diagnostics`, performance.now() - started, 'ms', null, `${lines.length} lines, first time`);

  started = performance.now();
  const hints = await client.request('textDocument/inlayHint', { textDocument: { uri }, range: wholeOf(text) });
  row(`${name}: inlay hints of the whole file`, performance.now() - started, 'ms', null, `${hints.length} hints`);

  const names = lines.flatMap((line, number) =>
    /^\s*#/.test(line) ? [] : [...line.matchAll(/[A-Za-z_]\w+/g)].map((m) => ({ line: number, character: m.index })),
  );
  const hovers = [];
  let answered = 0;
  for (let index = 0; index < 200; index++) {
    const position = names[Math.floor((index * names.length) / 200)];
    const asked = performance.now();
    if (await client.request('textDocument/hover', { textDocument: { uri }, position })) answered++;
    hovers.push(performance.now() - asked);
  }
  row(
    `${name}: hover, median`,
    median(hovers),
    'ms',
    null,
    `p95 ${quantile(hovers, 0.95).toFixed(1)}; ${answered} of 200 names answered`,
  );

  const line = editableLine(lines);
  const at = lines[line].indexOf('=') - 1;
  const edits = [];
  for (let turn = 0; turn < 36; turn++) {
    const typed = turn % 2 === 0;
    const range = { start: { line, character: at }, end: { line, character: typed ? at : at + 1 } };
    const edited = performance.now();
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: turn + 2 },
      contentChanges: [{ range, text: typed ? 'x' : '' }],
    });
    await diagnosticsOf(client, capabilities, uri);
    if (turn >= 6) edits.push(performance.now() - edited);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  row(
    `${name}: edit to diagnostics, median`,
    median(edits),
    'ms',
    goal,
    `${edits.length} edits in line ${line + 1}; p95 ${quantile(edits, 0.95).toFixed(1)}`,
  );
  await client.close();
}

/** A file ten times as long as functional.py, every function compiled: what is worked out of a file again after each edit grows with the file. */
async function long(functional) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lsptorch-bench-'));
  try {
    const file = path.join(folder, 'long.py');
    const text = readFileSync(functional, 'utf8');
    writeFileSync(
      file,
      Array.from({ length: 10 }, (_, n) => (n === 0 ? text : text.replace(/^def (\w+)/gm, `def $1_${n}`))).join('\n'),
    );
    await editing(file, '50,000 lines, all compiled', { all: true });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function torchFolder(python) {
  return (
    python &&
    capture(python, ['-c', 'import importlib.util as u; print(u.find_spec("torch").submodule_search_locations[0])'])
  );
}

async function core(file) {
  const name = `lsptorch-bench${process.platform === 'win32' ? '.exe' : ''}`;
  const out = path.join(root, 'artifacts', 'publish', 'bench');
  const rid = `${{ linux: 'linux', darwin: 'osx', win32: 'win' }[process.platform]}-${process.arch}`;
  await step('building the native benchmark of the core', () =>
    run(
      'dotnet',
      ['publish', 'tests/LspTorch.Bench', '-c', 'Release', '-r', rid, '-o', out, '-nologo', '-v', 'quiet'],
      { log: 'publish-bench' },
    ),
  );
  const figures = JSON.parse(capture(path.join(out, name), [file, '41']));
  const rate = `${figures.lines} lines, ${Math.round((figures.lines / figures.parse / 1000) * 10) / 10} million lines/s`;
  row('functional.py: parse, warm', figures.parse, 'ms', 15, rate);
  for (const [key, what] of [
    ['reached', 'as it stands'],
    ['everything', 'every function compiled'],
  ]) {
    const { functions, model, rules, stop } = figures[key];
    row(`functional.py: types and rules, warm, ${what}`, model + rules, 'ms', null, `${functions} compiled functions`);
    row(
      `functional.py: text to findings, warm, ${what}`,
      figures.parse + model + rules,
      'ms',
      25,
      'the whole file: parse, types and rules',
    );
    row(
      `functional.py: typing stops a running analysis, p95, ${what}`,
      stop.p95,
      'ms',
      5,
      `median ${stop.median}; at ${stop.moments} moments of the analysis`,
    );
  }
}

function pythonLines(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
    .reduce(
      (sum, entry) =>
        sum + readFileSync(path.join(entry.parentPath ?? entry.path, entry.name), 'utf8').split('\n').length,
      0,
    );
}

async function check(folder, what, options = [], goal = null) {
  const lines = pythonLines(folder);
  const started = performance.now();
  const status = await quietly(binaries.server, ['check', folder, ...options, '--format', 'json']);
  const seconds = (performance.now() - started) / 1000;
  if (status > 1) throw new Error(`lsptorch check ${folder} ended with status ${status}`);
  row(
    what,
    seconds,
    's',
    goal && Math.round((lines / goal) * 100) / 100,
    `${lines} lines, ${Math.round(lines / seconds)} lines/s${goal ? `; goal: ${goal.toLocaleString('en')}` : ''}`,
  );
}

/** The 1,100 files of the installed torch: as they are, and with everything compiled. */
async function checking(torch) {
  await check(torch, 'check of the installed torch', [], 300_000);
  await check(torch, 'check of the installed torch, all compiled', ['--entry', 'all']);
}

/** A workspace of 1,000 files that import each other in chains of ten, nothing in them but models: the decoder of the benchmark seven times, all compiled. */
async function workspace() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lsptorch-bench-'));
  try {
    const decoder = readFileSync(path.join(root, 'scripts', 'bench', 'decoder.py'), 'utf8')
      .split('\n')
      .slice(0, 44)
      .join('\n');
    for (let i = 0; i < 1000; i++) {
      const copies = Array.from({ length: 7 }, (_, n) =>
        decoder.replaceAll('Decoder', `Decoder${n}`).replaceAll('Attention', `Attention${n}`),
      );
      const helper = `def scaled(x, n: int):\n    return x * n\n\n\n`;
      const uses =
        i % 10 === 0
          ? ''
          : `from file${i - 1} import scaled as before\n\n\nclass Uses(nn.Module):\n    def forward(self, x):\n        return before(x, 2)\n`;
      writeFileSync(path.join(folder, `file${i}.py`), `${copies.join('\n\n\n')}\n\n\n${helper}${uses}`);
    }
    await check(folder, 'check of a workspace of 1,000 files', [], 300_000);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs a command without its output; resolves to its exit status. */
function quietly(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'ignore', env: { ...process.env, ...env } });
    child.once('error', reject);
    child.once('close', (code, signal) =>
      signal ? reject(new Error(`${command} was ended by ${signal}`)) : resolve(code),
    );
  });
}

async function probing(python) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lsptorch-bench-'));
  const cache = { XDG_CACHE_HOME: folder, PYTHONDONTWRITEBYTECODE: '' }; // what these runs saw is of no use afterwards
  const seconds = path.join(folder, 'seconds');
  const inside = async (command, args) => {
    rmSync(seconds, { force: true });
    const status = await quietly(command, args, cache);
    if (!existsSync(seconds))
      throw new Error(`${command} ${args.join(' ')} ended with status ${status} and measured nothing`);
    return Number(readFileSync(seconds, 'utf8'));
  };
  try {
    const workloads = [
      ['decoder', 'attention decoder, 400 steps', 1.03],
      ['loop', 'one call, 200,000 turns of look-ups', 1.5],
      ['calls', '200,000 tiny calls', 2.0],
    ];
    for (const [name, title, goal] of workloads) {
      const script = path.join(root, 'scripts', 'bench', `${name}.py`);
      const ratios = [];
      const plain = [];
      for (let pair = 0; pair < 7; pair++) {
        const alone = await inside(python, [script, seconds]);
        const watched = await inside(binaries.server, ['probe', script, '--python', python, '--', seconds]);
        ratios.push(watched / alone);
        plain.push(alone);
      }
      row(
        `probe, ${title}`,
        median(ratios),
        'x',
        goal,
        `times the plain run of ${(median(plain) * 1000).toFixed(1)} ms; median of 7 pairs`,
      );
    }
    await importing(python, folder, inside, seconds);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A file of 5,000 lines, the benchmark's decoder again and again: what its import costs the first time and later, and what its places take. */
async function importing(python, folder, inside, seconds) {
  const [head, body] = [
    [0, 7],
    [7, 43],
  ].map(([from, to]) =>
    readFileSync(path.join(root, 'scripts', 'bench', 'decoder.py'), 'utf8')
      .split('\n')
      .slice(from, to)
      .join('\n'),
  );
  let large = head;
  for (let n = 0; large.split('\n').length < 5000; n++)
    large += `\n\n${body.replaceAll('Decoder', `Decoder${n}`).replaceAll('Attention', `Attention${n}`)}`;
  writeFileSync(path.join(folder, 'large.py'), `${large}\n`);
  const script = path.join(folder, 'importing.py');
  writeFileSync(script, readFileSync(path.join(root, 'scripts', 'bench', 'importing.py')));
  const trace = path.join(folder, 'trace.jsonl');
  const growth = path.join(folder, 'growth');
  const plainly = (...more) => inside(python, [script, seconds, ...more]);
  const probed = (...more) =>
    inside(binaries.server, ['probe', script, '--python', python, '--out', trace, '--', seconds, ...more]);
  const ratios = { first: [], later: [] };
  const plain = { first: [], later: [] };
  for (let pair = 0; pair < 10; pair++) {
    const which = pair < 3 ? 'first' : 'later';
    if (which === 'first')
      for (const made of ['__pycache__', 'lsptorch']) rmSync(path.join(folder, made), { recursive: true, force: true });
    const alone = await plainly();
    ratios[which].push((await probed()) / alone);
    plain[which].push(alone);
  }
  const times = (which) => `times Python's own ${(median(plain[which]) * 1000).toFixed(1)} ms`;
  row(
    'probe, import of 5,000 lines, first run',
    median(ratios.first),
    'x',
    null,
    `${times('first')}, in which it compiles; median of 3 pairs`,
  );
  row(
    'probe, import of 5,000 lines, later runs',
    median(ratios.later),
    'x',
    1.5,
    `${times('later')}, from its bytecode; median of 7 pairs`,
  );
  if (!existsSync('/proc/self/statm')) return;
  const grown = async (run) => {
    await run(growth);
    return Number(readFileSync(growth, 'utf8'));
  };
  const alone = await grown(plainly);
  const watched = await grown(probed);
  const places = readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"event":"place"')).length;
  row(
    'probe, memory for each place',
    (watched - alone) / places,
    'bytes',
    1024,
    `${places} places seen, code included`,
  );
}

/** Python in one process with .NET: pythonnet and a table of function pointers, as the worker has, side by side. */
async function embedding() {
  const library = capture('/usr/bin/python3', [
    '-c',
    'import sysconfig; print(sysconfig.get_config_var("INSTSONAME"))',
  ])?.trim();
  const project = path.join(root, 'tests', 'LspTorch.Embedding');
  await run('dotnet', ['build', project, '-c', 'Release', '-nologo', '-v', 'quiet'], { log: 'embedding' });
  const program = path.join(project, 'bin', 'Release', 'net10.0', 'lsptorch-embedding.dll');
  for (const way of ['pythonnet', 'own']) {
    // A process with pythonnet is ended by a signal when its figures are out.
    const turns = [1, 2, 3, 4, 5].map(() => spawnSync('dotnet', [program, way, library], { encoding: 'utf8' }).stdout);
    const values = (word) => turns.map((text) => Number(new RegExp(`${word} ([\\d.]+)`).exec(text)?.[1] ?? NaN));
    row(
      `${way}: Python initialised`,
      median(values('initialise')),
      'ms',
      null,
      `median of ${turns.length}, under the JIT`,
    );
    row(`${way}: a call from Python into C#`, median(values('call')), 'ns');
  }
}

function printTable() {
  const number = ({ value, unit }) =>
    `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value)} ${unit}`;
  const widths = [Math.max(...rows.map((r) => r.what.length)), Math.max(...rows.map((r) => number(r).length)), 10];
  const [cpu] = os.cpus();
  console.log(heading('Benchmark'));
  console.log(
    grey(
      `${cpu?.model.trim() ?? 'unknown processor'}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}\n`,
    ),
  );
  for (const entry of rows) {
    const met = entry.goal === null ? '' : entry.value <= entry.goal ? green('reached') : yellow('missed');
    const goal = entry.goal === null ? '' : `≤ ${entry.goal} ${entry.unit}`;
    console.log(
      `${entry.what.padEnd(widths[0])}  ${bold(number(entry).padStart(widths[1]))}  ${goal.padEnd(widths[2])}  ${met || '       '}  ${grey(entry.note)}`.trimEnd(),
    );
  }
  const goals = rows.filter((entry) => entry.goal !== null);
  console.log(`\n${goals.filter((entry) => entry.value <= entry.goal).length} of ${goals.length} goals reached`);
}

async function main() {
  const parts = process.argv.slice(2);
  const wanted = (part) => parts.length === 0 || parts.includes(part);
  await ensureBuilt();
  const python = findTorchPython();
  const torch = torchFolder(python);
  const functional = torch && path.join(torch, 'nn', 'functional.py');
  if (!functional) console.log(yellow('No Python with torch was found: what needs its files or runs it is left out.'));
  if (wanted('server')) {
    await step('starting the server eleven times', startUp);
    await memory();
    await step('editing the example', () => editing(example, 'model.py'));
    if (functional) {
      await step('editing torch/nn/functional.py', () => editing(functional, 'functional.py', { goal: 8 }));
      await step('editing it with every function compiled', () =>
        editing(functional, 'functional.py, all compiled', { all: true, goal: 8 }),
      );
      await step('editing a file of 50,000 lines', () => long(functional));
    }
    const tacotron = torch && path.join(torch, '..', 'torchaudio', 'models', 'tacotron2.py');
    if (tacotron && existsSync(tacotron))
      await step('editing torchaudio/models/tacotron2.py', () => editing(tacotron, 'tacotron2.py'));
  }
  if (functional && wanted('core')) await core(functional);
  if (functional && wanted('check')) await step('checking the installed torch', () => checking(torch));
  if (wanted('check')) await step('checking a workspace of 1,000 files', workspace);
  if (wanted('growth')) await step('checking files of twice the size', () => growth(row));
  if (parts.includes('embedding')) await step('embedding Python in two ways, five times each', embedding);
  if (functional && wanted('probe')) await step('probing three scripts, seven times each', () => probing(python));
  if (functional && wanted('repair')) await step('repairing the example', () => repairing(row, python));
  printTable();
}

await main().catch(fail);
