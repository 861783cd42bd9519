// The main job in a real VS Code, on a copy of the example: problems and types, a probe, fixes, and a file that torch compiles.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { copyOfExample, examples, openEditor, PATIENCE, prepare, python } from './driver.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
let editor;
let folder;

before(
  async () => {
    const parts = await prepare();
    folder = copyOfExample('tts');
    editor = await openEditor(parts, { folder });
    await editor.open('model.py');
  },
  { timeout: 900_000 },
);

after(async () => {
  await editor?.close();
  fs.rmSync(path.dirname(folder), { recursive: true, force: true });
});

/** 1-based number of the only line of the saved file that contains the text. */
function lineOf(text) {
  const lines = editor.text('model.py').split('\n');
  const found = lines.flatMap((line, index) => (line.includes(text) ? [index + 1] : []));
  assert.equal(found.length, 1, `'${text}' stands in lines ${found.join(', ')}`);
  return found[0];
}

/** Puts the cursor on the first occurrence of `word` in the line that contains `text` (both as in the saved file). */
async function cursorOn(text, word) {
  const line = lineOf(text);
  await editor.goTo(line, editor.text('model.py').split('\n')[line - 1].indexOf(word) + 1);
}

/** True while the text differs from the saved file. */
async function changed() {
  return (await editor.page.locator('.tab.active.dirty').count()) > 0;
}

/** Takes the action at a word and saves; the file then has what `shown` says. */
async function fix(text, word, action, shown) {
  await cursorOn(text, word);
  const title = await editor.act(action);
  await editor.until(`the edit of '${title}'`, changed); // it may be elsewhere in the file
  assert.match(await editor.save('model.py'), shown, title);
}

function compiled() {
  return JSON.parse(
    execFileSync(python, ['-B', path.join(here, 'compiles.py'), path.join(examples, 'tts'), folder], {
      encoding: 'utf8',
    }),
  );
}

test('squiggles and static inlay hints are there without running anything', async () => {
  await editor.goTo(lineOf('positions = np.arange(ids.size(1))'));
  await editor.until('red squiggles', () => editor.squiggles('error'));
  await editor.seesLine(/def forward\(self, ids: Tensor\?, lengths: Tensor\?\)/);
  await editor.seesLine(/x: Tensor = self\.embed\(ids\)/);
  await editor.picture('1-static');
});

test('a hover says where its facts come from', async () => {
  const text = await editor.hover(/ = self\.embed\(ids\)/, 'x', /inferred/);
  assert.match(text, /x: Tensor/);
  assert.doesNotMatch(text, /observed/);
  await editor.picture('2-hover-static');
});

test('the probe, by its command, shows what the values were', async () => {
  await editor.command('LspTorch: Probe…');
  const row = editor.page.locator('.quick-input-list .monaco-list-row', { hasText: 'run.py' }).first();
  await row.waitFor({ state: 'visible', timeout: PATIENCE });
  await row.click();
  await editor.seesLine(/mask: bool\[B, T\] = torch\.from_numpy/);
  await editor.picture('3-probed');
  const text = await editor.hover(/ = self\.embed\(ids\)/, 'x', /observed/);
  assert.match(text, /f32\[B, T, 64\]/);
  assert.match(text, /\d+ times/);
  await editor.picture('4-hover-observed');
});

test('a quick fix annotates a parameter, another with the observed type', async () => {
  await fix('def forward(self, x, speaker=None', 'alpha', /Annotate 'alpha: float'/, /alpha: float = 1\.0/);
  await fix(
    'def forward(self, x, speaker=None',
    'speaker',
    /Annotate 'speaker: Optional\[int\]'/,
    /speaker: Optional\[int\] = None, alpha/,
  );
  assert.match(editor.text('model.py'), /^from typing import .*Optional/m);
  await editor.picture('5-fixed');
});

test('selected lines move to an ignored method', async () => {
  const first = lineOf('positions = np.arange(ids.size(1))');
  await editor.selectLines(first, first + 1);
  await editor.act(/Move to @torch\.jit\.ignore method/);
  await editor.seesLine(/mask = self\._mask\(ids, lengths\)|mask: .* = self\._mask\(ids, lengths\)/);
  const text = await editor.save('model.py');
  assert.match(
    text,
    /@torch\.jit\.ignore\n {4}def _mask\(self, ids: torch\.Tensor, lengths: torch\.Tensor\) -> torch\.Tensor:/,
  );
  await editor.picture('6-moved');
});

test('torch.jit.script compiles the saved file, and it says the same', async () => {
  const before = compiled();
  assert.deepEqual(before.Speakers, { compiles: true, agrees: true });
  assert.equal(before.Encoder.compiles, false); // two more, which the editor shows too
  await fix(
    'y = self.convs[i]',
    'self.convs[i]',
    /Iterate over self\.convs and self\.norms/,
    /for conv, norm in zip\(self\.convs, self\.norms\):/,
  );
  await fix(
    'self.lstm.flatten_parameters()',
    'flatten_parameters',
    /not scripting/,
    /if not torch\.jit\.is_scripting\(\):/,
  );
  assert.deepEqual(compiled().Encoder, { compiles: true, agrees: true });
});

test('all safe fixes at once, then the others one by one: the whole model compiles', async () => {
  await fix('def encode(self', 'encode', /Add @torch\.jit\.export/, /@torch\.jit\.export/);
  await fix(
    'durations, mel=None',
    'speaker',
    /Annotate 'speaker: Optional\[int\]'/,
    /mel=None, speaker: Optional\[int\]/,
  );
  await editor.command('LspTorch: Apply All Safe Fixes in This File');
  await editor.until('the safe fixes', changed);
  assert.match(await editor.save('model.py'), /path: List\[Tuple\[int, float\]\] = \[\]/);

  await fix('return join(pairs)', 'join(', /Make 'join' a loop/, /^ {4}while len\(parts\) != 1:$/m);
  await fix('= activation(x)', 'activation(x)', /Make 'finish_tanh'/, /finish_tanh\(sound\)/);
  await fix(
    'teacher=None',
    'teacher',
    /Annotate 'teacher: Optional/,
    /teacher: Optional\[torch\.Tensor\] = None, speed/,
  );
  await fix('def shift_right(m, maxlen', 'maxlen', /Annotate 'maxlen: int'/, /def shift_right\(m, maxlen: int\)/);
  // The caller hands its own on: both are annotated, or neither compiles.
  await fix('mask, center, speed=1.0', 'speed', /Annotate 'speed: float'/, /center, speed: float = 1\.0\)/);
  await fix('speed=1.0, limit', 'speed', /Annotate 'speed: float'/, /speed: float = 1\.0, limit/);
  await fix('durations, mel=None', 'mel', /Annotate 'mel: Optional/, /mel: Optional\[torch\.Tensor\] = None, speaker/);
  await fix(
    'teacher = shift_right(mel',
    'teacher',
    /Annotate 'teacher: Optional/,
    /teacher: Optional\[torch\.Tensor\] = None$/m,
  );
  await fix('print(f"{len(path)} frames', ':.2f', /Move to @torch\.jit\.ignore/, /_print\(/);
  await fix('self.first = weight_norm', 'weight_norm', /__prepare_scriptable__/, /def __prepare_scriptable__/);
  await editor.until('no red squiggles', async () => (await editor.squiggles('error')) === 0);
  await editor.picture('7-all-fixed');
  const last = compiled();
  assert.deepEqual(
    [last.Synthesizer, last.Vocoder],
    [
      { compiles: true, agrees: true },
      { compiles: true, agrees: true },
    ],
  );
});

test('a killed server comes back, with its hints', async () => {
  const [first] = await editor.until('one server', () => (editor.servers().length === 1 ? editor.servers() : null));
  process.kill(first, 'SIGKILL');
  await editor.until('another server', () => editor.servers().some((pid) => pid !== first));
  // A hint for text that the dead server never saw.
  await editor.goTo(lineOf('x = self.embed(ids)'));
  await editor.press('End', 'Enter');
  await editor.page.keyboard.type('again = x.size(1)');
  await editor.seesLine(/again: int = x\.size\(1\)/);
  await editor.picture('8-restarted');
  await editor.command('File: Revert File');
  await editor.until('the line is gone', async () => !(await editor.lines()).some((line) => line.includes('again')));
});
