// npm start: sets up what is missing, then does the main job once, as an editor would: starts the language server, opens the
// example, runs the probe, and prints what an editor shows.
// npm start -- [--static] [--brief] [FILE.py [SCRIPT.py]]: without run-time types; only the lines with something to say; files of your own.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { binaries, canApt, ensureApt, ensureBuilt, findTorchPython } from './lib/ensure.mjs';
import { diagnosticsOf, LspClient } from './lib/lsp-client.mjs';
import { capture, fail, root, step } from './lib/run.mjs';
import {
  bold,
  cyan,
  dim,
  green,
  grey,
  heading,
  markdown,
  plural,
  severities,
  sourceView,
  width,
  wrap,
  yellow,
} from './lib/terminal.mjs';

const example = path.join(root, 'examples', 'tts');

/** Places of the example worth hovering over: the text of its line, and the name in it. */
const PLACES = [
  ['def shift_right(m, maxlen):', 'maxlen'],
  ['mask = torch.from_numpy(', 'mask'],
  ['def forward(self, x, speaker=None, alpha=1.0):', 'speaker'],
  ['self.lstm.flatten_parameters()', 'flatten_parameters'],
  ['frame = self.project(', 'frame'],
  ['path = []', 'path'],
  ['parts = [self.render(part)', 'parts'],
  ['def forward(self, ids, lengths, durations', 'forward'],
];

function parseArguments(args) {
  const options = { static: false, brief: false, files: [] };
  for (const argument of args) {
    if (argument === '--static') options.static = true;
    else if (argument === '--brief') options.brief = true;
    else if (argument.startsWith('-')) throw new Error(`Unknown option ${argument}. There are: --static, --brief.`);
    else options.files.push(path.resolve(process.env.INIT_CWD ?? process.cwd(), argument));
  }
  const [file = path.join(example, 'model.py'), script = options.files.length ? null : path.join(example, 'run.py')] =
    options.files;
  for (const needed of [file, script])
    if (needed && !existsSync(needed)) throw new Error(`There is no file ${needed}.`);
  return { ...options, file, script };
}

/** A Python with torch, installed where that can be done without asking; null with a line that says what is missing. */
async function pythonWithTorch(options) {
  if (options.static) return null;
  const found = findTorchPython();
  if (found) return found;
  if (!canApt) {
    console.log(
      yellow(
        'No Python with torch was found: showing what the text alone tells. For run-time types install torch, or set ' +
          'VIRTUAL_ENV to an environment that has it.',
      ),
    );
    return null;
  }
  console.log("No Python with torch was found: installing Debian's python3-torch (--static skips this).");
  await ensureApt(['python3-torch'], 'run-time types');
  const version = capture('/usr/bin/python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
  await ensureApt([`libpython${version}`], 'run-time types');
  return findTorchPython();
}

/** Runs the script under the recorder. Resolves to the summary line of the probe, or null where it failed (said then). */
async function probe(client, script) {
  const finished = { message: '' };
  const observed = await step(`running ${path.basename(script)} under the recorder`, () =>
    client.requestWithProgress(
      'workspace/executeCommand',
      { command: 'lsptorch.probe', arguments: [pathToFileURL(script).href] },
      (value) => {
        if (value.message) finished.message = value.message;
      },
    ),
  );
  return { observed, message: finished.message };
}

/** Diagnostics, hints and lenses of the file, each problem with the titles of the fixes that are offered for it. */
async function whatAnEditorShows(client, capabilities, uri, text) {
  const end = { line: text.split('\n').length, character: 0 };
  const [problems, hints] = await Promise.all([
    diagnosticsOf(client, capabilities, uri),
    client.request('textDocument/inlayHint', {
      textDocument: { uri },
      range: { start: { line: 0, character: 0 }, end },
    }),
  ]);
  const refactorings = new Set();
  for (const problem of problems) {
    const actions =
      (await client.request('textDocument/codeAction', {
        textDocument: { uri },
        range: problem.range,
        context: { diagnostics: [problem], triggerKind: 1 },
      })) ?? [];
    const offered = actions.filter((action) => !action.disabled);
    const own = (action) =>
      (action.diagnostics ?? []).some((fixed) => fixed.code === problem.code && sameRange(fixed.range, problem.range));
    problem.fixes = [
      ...new Set(
        offered.filter((action) => action.kind?.startsWith('quickfix') && own(action)).map((action) => action.title),
      ),
    ];
    problem.safe = problem.fixes.some((title) => !/ \((review first|changes behaviour: .*)\)$/.test(title));
    for (const action of offered) {
      if (action.kind?.startsWith('refactor')) {
        refactorings.add(action.title);
        if (problem.fixes.length === 0 && !problem.refactoring) problem.refactoring = action.title;
      }
    }
    if (problem.fixes.length === 0 && problem.refactoring) problem.fixes.push(problem.refactoring);
  }
  return { problems, hints: (hints ?? []).map(shownHint) };
}

const sameRange = (a, b) =>
  a.start.line === b.start.line &&
  a.start.character === b.start.character &&
  a.end.line === b.end.line &&
  a.end.character === b.end.character;

function shownHint(hint) {
  const label = typeof hint.label === 'string' ? hint.label : hint.label.map((part) => part.value).join('');
  return {
    line: hint.position.line,
    character: hint.position.character,
    label: `${hint.paddingLeft ? ' ' : ''}${label}`,
    data: hint,
  };
}

/** Marks those hints that come from the run: their tooltips say so. */
async function markObserved(client, hints) {
  for (const hint of hints) {
    const resolved = hint.data.tooltip === undefined ? await client.request('inlayHint/resolve', hint.data) : hint.data;
    const tooltip = typeof resolved.tooltip === 'string' ? resolved.tooltip : (resolved.tooltip?.value ?? '');
    hint.observed = /\bobserved\b/i.test(tooltip) && !/never observed/i.test(tooltip);
  }
}

async function hovers(client, uri, text) {
  const lines = text.split('\n');
  const shown = [];
  for (const [anchor, name] of PLACES) {
    const line = lines.findIndex((candidate) => candidate.includes(anchor));
    if (line < 0) continue;
    const character = lines[line].indexOf(name, lines[line].indexOf(anchor));
    const hover = await client.request('textDocument/hover', { textDocument: { uri }, position: { line, character } });
    if (hover)
      shown.push({ line, source: lines[line].trim(), name, value: hover.contents.value ?? String(hover.contents) });
  }
  return shown;
}

function printHovers(shown) {
  if (shown.length === 0) return;
  console.log(heading('Hovers'));
  for (const { line, source, name, value } of shown) {
    const at = source.indexOf(name);
    console.log(
      `\n${grey(`${line + 1}:`)} ${dim(source.slice(0, at))}${bold(name)}${dim(source.slice(at + name.length))}`,
    );
    const lines = markdown(value).flatMap((part) => wrap(part, width - 6));
    for (const part of lines.filter((candidate, index) => candidate !== '' || lines[index - 1] !== ''))
      console.log(`  ${grey('│')} ${part}`);
  }
}

function printTally(problems) {
  const byRule = new Map();
  for (const problem of problems) {
    const key = String(problem.code ?? 'other');
    const entry = byRule.get(key) ?? { severity: problem.severity ?? 1, lines: [], fixable: 0 };
    entry.severity = Math.min(entry.severity, problem.severity ?? 1);
    entry.lines.push(problem.range.start.line + 1);
    entry.fixable += problem.fixes.length > 0 ? 1 : 0;
    byRule.set(key, entry);
  }
  console.log(heading('Problems by rule'));
  const longest = Math.max(...[...byRule.keys()].map((rule) => rule.length));
  for (const [rule, entry] of [...byRule].sort(
    (a, b) => a[1].severity - b[1].severity || a[1].lines[0] - b[1].lines[0],
  )) {
    const { paint, sign, name } = severities[entry.severity];
    const fixes =
      entry.fixable === entry.lines.length
        ? green('fix offered')
        : entry.fixable
          ? green(`fix offered for ${entry.fixable}`)
          : grey('by hand');
    console.log(
      `  ${paint(sign)} ${rule.padEnd(longest)}  ${paint(name.padEnd(11))}  ${fixes}  ${grey(`line ${entry.lines.join(', ')}`)}`,
    );
  }
}

function summary(file, { problems, hints }, probed, milliseconds) {
  const counts = [1, 2, 3, 4].map((severity) => [
    severity,
    problems.filter((problem) => (problem.severity ?? 1) === severity).length,
  ]);
  const said = counts
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => plural(count, severities[severity].name));
  const fixable = problems.filter((problem) => problem.fixes.length > 0).length;
  const safe = problems.filter((problem) => problem.safe).length;
  const observed = hints.filter((hint) => hint.observed).length;
  return (
    `${path.relative(root, file)}: ${said.length ? said.join(', ') : 'no problems'}; ${fixable} fixable (${safe} safe); ` +
    `${plural(hints.length, 'type')} shown${probed ? `, ${observed} of them observed` : ''}; server ready in ${Math.round(milliseconds)} ms`
  );
}

async function main() {
  const options = parseArguments(process.argv.slice(2));
  // The build's own packages are asked for first; torch is then installed while the compiler works.
  const [, python] = await Promise.all([ensureBuilt(), pythonWithTorch(options)]);

  // Without a Python nothing is run, and what earlier runs saw is not shown either: an empty cache.
  const cache = python ? null : mkdtempSync(path.join(os.tmpdir(), 'lsptorch-start-'));
  const client = new LspClient(binaries.server, ['lsp'], {
    cwd: path.dirname(options.file),
    env: cache ? { XDG_CACHE_HOME: cache } : {},
  });
  try {
    const { capabilities, milliseconds } = await client.initialize(path.dirname(options.file), {
      trusted: true,
      pythonPath: python,
    });
    const uri = pathToFileURL(options.file).href;
    const text = readFileSync(options.file, 'utf8');
    client.open(uri, text);

    let probed = null;
    if (python && options.script) {
      probed = await probe(client, options.script).catch((error) => {
        console.log(yellow(`The probe failed, so only the text is shown: ${error.message}`));
        return null;
      });
    }
    const shown = await whatAnEditorShows(client, capabilities, uri, text);
    if (probed) await markObserved(client, shown.hints);

    const said = new Set(shown.hints.map((hint) => hint.line));
    console.log(heading(`${path.relative(root, options.file)}, as an editor shows it`));
    console.log(dim(`${legend(Boolean(probed))}\n`));
    for (const line of sourceView(
      text,
      shown.hints,
      shown.problems,
      options.brief ? (index) => said.has(index) : () => true,
    ))
      console.log(line);
    printHovers(await hovers(client, uri, text));
    if (shown.problems.length) printTally(shown.problems);

    console.log(heading('In short'));
    if (probed?.message) console.log(`${path.relative(root, options.script)}: ${probed.message}`);
    console.log(bold(summary(options.file, shown, probed, milliseconds)));
    const file = path.relative(root, options.file);
    console.log(
      `Next: ${cyan('npm run code')} opens this in VS Code · ${cyan(`bin/lsptorch fix ${file} --diff`)} shows the safe fixes · ` +
        `${cyan('npm start -- MODEL.py SCRIPT.py')} shows a file of yours · README.md fixes the example step by step`,
    );
  } finally {
    await client.close();
    if (cache) rmSync(cache, { recursive: true });
  }
}

function legend(probed) {
  const observed = probed ? `${cyan('cyan')}: observed while run.py ran; ` : '';
  return `${observed}dim: from the text; ^ marks a problem, → a fix on offer.`;
}

await main().catch(fail);
