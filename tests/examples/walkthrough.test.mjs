// The README's walkthrough, done over LSP as an editor does it: probe, a hint turned into an annotation, a selection moved to
// @torch.jit.ignore, quick fixes. The compiler and eager judge the result.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { applyEdits, diagnosticsOf, LspClient } from '../../scripts/lib/lsp-client.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const server =
  process.env.LSPTORCH_BIN ?? join(root, 'bin', process.platform === 'win32' ? 'lsptorch.exe' : 'lsptorch');
const python = process.env.LSPTORCH_TEST_PYTHON ?? '/usr/bin/python3';

/** A document in an editor: its text, and what the server says about it. */
class Editor {
  version = 1;

  constructor(client, capabilities, file) {
    this.client = client;
    this.capabilities = capabilities;
    this.uri = pathToFileURL(file).href;
    this.text = readFileSync(file, 'utf8');
    client.open(this.uri, this.text);
  }

  close() {
    this.client.notify('textDocument/didClose', { textDocument: this.document });
  }

  get document() {
    return { uri: this.uri };
  }

  problems() {
    return diagnosticsOf(this.client, this.capabilities, this.uri);
  }

  apply(edits) {
    this.text = applyEdits(this.text, edits);
    this.version += 1;
    this.client.notify('textDocument/didChange', {
      textDocument: { uri: this.uri, version: this.version },
      contentChanges: [{ text: this.text }],
    });
  }

  async actions(range, diagnostics = []) {
    const found = await this.client.request('textDocument/codeAction', {
      textDocument: this.document,
      range,
      context: { diagnostics },
    });
    return (found ?? []).filter((action) => !action.disabled);
  }

  async take(action) {
    const { edit } = action.edit ? action : await this.client.request('codeAction/resolve', action);
    this.apply(edit.documentChanges ? edit.documentChanges.flatMap((change) => change.edits) : edit.changes[this.uri]);
  }

  rangeOf(needle) {
    const offset = this.text.indexOf(needle);
    assert.notEqual(offset, -1, `the text has no ${needle}`);
    const position = (at) => {
      const lines = this.text.slice(0, at).split('\n');
      return { line: lines.length - 1, character: lines.at(-1).length };
    };
    return { start: position(offset), end: position(offset + needle.length) };
  }

  /** Applies the first fix of the first problem that has one, until none is left. Resolves to the titles applied, in order. */
  async fixEverything() {
    const titles = [];
    for (let turn = 0; turn < 60; turn++) {
      const fix = await this.firstFix();
      if (!fix) return titles;
      titles.push(fix.title);
      await this.take(fix);
    }
    throw new Error(`the fixes do not come to an end: ${titles.join('; ')}`);
  }

  async firstFix() {
    for (const problem of await this.problems()) {
      const fixes = (await this.actions(problem.range, [problem])).filter(
        (action) =>
          action.kind === 'quickfix' &&
          action.diagnostics.some(
            (fixed) => fixed.code === problem.code && fixed.range.start.line === problem.range.start.line,
          ),
      );
      if (fixes.length) return fixes.find((fix) => fix.isPreferred) ?? fixes[0];
    }
    return null;
  }
}

let folder;
let client;
let editor;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lsptorch-walkthrough-'));
  cpSync(join(root, 'examples', 'tts'), join(folder, 'tts'), { recursive: true });
  client = new LspClient(server, ['lsp'], { env: { XDG_CACHE_HOME: join(folder, 'cache') } });
  const { capabilities } = await client.initialize(join(folder, 'tts'), { trusted: true, pythonPath: python });
  editor = new Editor(client, capabilities, join(folder, 'tts', 'model.py'));
});

after(async () => {
  await client?.close();
  rmSync(folder, { recursive: true });
});

test('the probe sees what passed through each name', async () => {
  const said = [];
  await client.requestWithProgress(
    'workspace/executeCommand',
    { command: 'lsptorch.probe', arguments: [pathToFileURL(join(folder, 'tts', 'run.py')).href] },
    (value) => said.push(value.kind),
  );
  assert.equal(said.at(-1), 'end');
  const hover = async (needle, name) => {
    const { start } = editor.rangeOf(needle);
    const position = { line: start.line, character: start.character + needle.indexOf(name) };
    return (
      (await client.request('textDocument/hover', { textDocument: editor.document, position }))?.contents.value ?? ''
    );
  };
  assert.match(await hover('(m, maxlen)', 'maxlen'), /observed.*int/);
  assert.match(await hover('path = []', 'path'), /observed.*List.*Tuple.*int, float/);
  assert.match(await hover('mask = torch.from', 'mask'), /observed.*Tensor/);
});

test('a hint becomes the annotation, and a selection an ignored method', async () => {
  const hints = await client.request('textDocument/inlayHint', {
    textDocument: editor.document,
    range: editor.rangeOf('def shift_right(m, maxlen'),
  });
  const at = editor.rangeOf('(m, maxlen').end;
  const hint = hints.find(({ position }) => position.line === at.line && position.character === at.character);
  assert.ok(hint, JSON.stringify(hints));
  editor.apply((await client.request('inlayHint/resolve', hint)).textEdits);
  assert.match(editor.text, /def shift_right\(m, maxlen: int\):/);

  const selected = 'finish(sound, activation=torch.tanh)';
  const move = (await editor.actions(editor.rangeOf(selected))).find((action) => action.kind === 'refactor.extract');
  assert.ok(move, `nothing moves ${selected}`);
  await editor.take(move);
  assert.match(editor.text, /return self\._finish\(sound\)\.squeeze\(1\)/);
  assert.match(
    editor.text,
    /@torch\.jit\.ignore\n {4}def _finish\(self, sound: torch\.Tensor\) -> torch\.Tensor:\n {8}return finish\(sound, activation=torch\.tanh\)/,
  );
  editor.close();
});

test('the fixes on offer, one after another, make it compile and agree with eager', async () => {
  editor = new Editor(client, editor.capabilities, join(folder, 'tts', 'model.py'));
  const applied = await editor.fixEverything();
  assert.ok(applied.length >= 20, applied.join('\n'));
  const left = (await editor.problems()).filter((problem) => problem.severity <= 2);
  assert.deepEqual(
    left.map((problem) => problem.message),
    [],
  );
  const fixed = join(folder, 'fixed.py');
  writeFileSync(fixed, editor.text);
  const verdict = JSON.parse(
    execFileSync(python, ['-B', join(here, 'compiles.py'), '--check', fixed], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  assert.deepEqual(verdict.compiles, { ok: true, hasEncode: true }, editor.text);
  assert.deepEqual(verdict.agrees, { eager: true, script: true, loaded: true });
});

test('the command line makes of it the model that is kept', () => {
  const model = join(folder, 'tts', 'model.py');
  execFileSync(server, ['fix', model, '--suggested'], {
    env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') },
    stdio: 'ignore',
  });
  assert.equal(
    readFileSync(model, 'utf8'),
    readFileSync(join(here, 'fixed_model.py'), 'utf8'),
    'change fixes.py, then: python3 tests/examples/compiles.py --accept',
  );
});
