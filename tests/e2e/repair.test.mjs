// Make It Script in a real VS Code: one command from the example to a model that compiles, with the proof beside.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { copyOfExample, examples, openEditor, PATIENCE, prepare, python } from './driver.mjs';

let editor;
let folder;
let original;

before(
  async () => {
    const parts = await prepare();
    folder = copyOfExample('tts');
    original = fs.readFileSync(path.join(folder, 'model.py'), 'utf8');
    editor = await openEditor(parts, { folder, size: { width: 1500, height: 950 } });
    await editor.open('model.py');
  },
  { timeout: 900_000 },
);

after(async () => {
  await editor?.close();
  fs.rmSync(path.dirname(folder), { recursive: true, force: true });
});

const panel = () => editor.page.locator('.bulk-edit-panel');
const rows = async () =>
  (await panel().locator('.monaco-list-row').allTextContents()).map((text) => text.replaceAll('\u00a0', ' '));
/** What the proof beside says: a web view, in frames of its own. */
async function proof() {
  for (const frame of editor.page.frames()) {
    const text = await frame
      .locator('body')
      .textContent({ timeout: 500 })
      .catch(() => '');
    if (text?.includes('Repair with proof')) return text;
  }
  return '';
}

test('one command finds the fixes, shows them as a preview and the proof beside, and changes nothing yet', async () => {
  const line = original.split('\n').findIndex((each) => each.startsWith('class Synthesizer')) + 3;
  await editor.goTo(line);
  await editor.command('LspTorch: Make It Script…');
  const row = editor.page.locator('.quick-input-list .monaco-list-row', { hasText: 'run.py' }).first();
  await row.waitFor({ state: 'visible', timeout: PATIENCE });
  await row.click();
  const shown = await editor.until(
    'the preview of the fixes',
    async () => {
      const all = await rows();
      return all.some((each) => /Annotate/.test(each)) ? all : null;
    },
    600_000,
    async () => `${(await rows()).join('\n')}\n${(await editor.notifications()).join('\n')}`,
  );
  assert.ok(shown.length > 3, shown.join('\n'));
  const text = await editor.until('the proof beside', proof);
  await editor.picture('repair-1-preview');
  assert.match(text, /Synthesizer: eager as before on \d+ calls? · script = eager · saved and loaded/);
  assert.equal(fs.readFileSync(path.join(folder, 'model.py'), 'utf8'), original);
  assert.equal(editor.text('model.py'), original);
});

test('what is accepted is what was proven', async () => {
  await panel().locator('.monaco-button', { hasText: 'Apply' }).click();
  await editor.until('the preview is gone', async () => (await panel().count()) === 0 || !(await panel().isVisible()));
  await editor.focusText();
  await editor.save('model.py');
  await editor.until('the fixes are in the file', () => editor.text('model.py') !== original);
  await editor.picture('repair-2-applied');
  const judge = path.join(path.dirname(fileURLToPath(import.meta.url)), 'compiles.py');
  const { stdout, stderr } = spawnSync(python, ['-B', judge, path.join(examples, 'tts'), folder], { encoding: 'utf8' });
  assert.deepEqual(JSON.parse(stdout || '{}').Synthesizer, { compiles: true, agrees: true }, stderr);
  assert.deepEqual(
    fs.readdirSync(folder).filter((name) => name.endsWith('.proof.md')),
    [],
    'the proof is kept in the workspace only where it is ticked',
  );
});
