// Verdicts in a real VS Code: the compilers are asked about the example, and their answers stand where the user looks.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { copyOfExample, openEditor, PATIENCE, prepare } from './driver.mjs';

let editor;
let folder;

before(
  async () => {
    const parts = await prepare();
    folder = copyOfExample('tts');
    editor = await openEditor(parts, {
      folder,
      size: { width: 1500, height: 950 },
      settings: { 'lsptorch.mode': 'both', 'lsptorch.probe.timeout': 900 },
    });
    await editor.open('model.py');
  },
  { timeout: 900_000 },
);

after(async () => {
  await editor?.close();
  fs.rmSync(path.dirname(folder), { recursive: true, force: true });
});

const line = (text) =>
  editor
    .text('model.py')
    .split('\n')
    .findIndex((each) => each.includes(text)) + 1;
const texts = async (selector) =>
  (await editor.page.locator(selector).allTextContents()).map((text) => text.replaceAll('\u00a0', ' '));
const lenses = () => texts('.editor-instance .codelens-decoration');
const rows = () => texts('.pane-body .monaco-list-row[aria-level]');

test('the compilers are asked, and each class says what came of it', async () => {
  await editor.command('LspTorch: Verify the Modules of This File');
  const row = editor.page.locator('.quick-input-list .monaco-list-row', { hasText: 'run.py' }).first();
  await row.waitFor({ state: 'visible', timeout: PATIENCE });
  await row.click();
  await editor.scrollTo(line('class Speakers'));
  await editor.until(
    'a lens with a verdict',
    async () => (await lenses()).some((text) => /script ✗/.test(text)),
    900_000,
    async () => (await lenses()).join('\n'),
  );
  await editor.until(
    'the lens of Encoder',
    async () =>
      (await lenses()).some((text) => /eager ✓.*script ✗.*trace ◐ these inputs only.*Verify again/.test(text)),
    PATIENCE,
    async () => (await lenses()).join('\n'),
  );
  await editor.picture('verdict-1-lenses');
});

test("a lens leads to the place, where the compiler's words stand", async () => {
  const encoder = line('class Encoder');
  await editor.scrollTo(encoder - 3, encoder); // room for the lens, which stands above the line
  let clicked = 0;
  const text = await editor.until('the hover at the place', async () => {
    const shown = (await texts('.monaco-hover:visible')).join('\n');
    if (/torch\.jit\.script/.test(shown)) return shown;
    if (Date.now() - clicked > 5000) {
      // lenses are drawn anew when a fact comes in: a click may fall on nothing
      await editor.clickLens('script ✗');
      clicked = Date.now();
    }
    return null;
  });
  assert.match(text, /np\.arange|numpy|arange/);
  await editor.picture('verdict-2-reason');
});

test('the hover of a class says which way to take', async () => {
  await editor.press('Escape');
  const attention = line('class Attention');
  await editor.scrollTo(attention - 3, attention);
  const text = await editor.hover(/class Attention/, 'Attention', /verdict/);
  assert.match(text, /Trace it/);
  await editor.picture('verdict-3-class');
});

test('the readiness view shows the tree and what stops each part', async () => {
  await editor.press('Escape');
  const header = editor.page.locator('.pane-header', { hasText: 'TorchScript Readiness' }).first();
  if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
  const seen = await editor.until(
    'the module tree',
    async () => {
      const all = await rows();
      return all.some((text) => text.includes('Synthesizer')) && all.some((text) => text.includes('encoder: Encoder'))
        ? all
        : null;
    },
    PATIENCE,
    async () => (await rows()).join('\n'),
  );
  assert.ok(
    seen.some((text) => /encoder: Encoder.*script: line \d+/.test(text)),
    seen.join('\n'),
  );
  await editor.picture('verdict-4-readiness');
});

test('the TorchScript of a class opens beside its source', async () => {
  await editor.goTo(line('class Coupling') + 3);
  await editor.command("LspTorch: Show This Module's TorchScript Code");
  await editor.until('the code beside', async () =>
    (await texts('.editor-instance .view-line')).some((text) => /class Coupling\(Module\)/.test(text)),
  );
  await editor.picture('verdict-5-torchscript');
});
