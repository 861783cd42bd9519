// Nothing of an untrusted folder runs: not its scripts, not the programs that its settings name. Static features work there.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEditor, PATIENCE, prepare, python } from './driver.mjs';

let editor;
let folder;
const marks = () => fs.readdirSync(folder).filter((name) => name.startsWith('ran-'));

function program(name) {
  const file = path.join(folder, name);
  fs.writeFileSync(file, `#!/bin/sh\ntouch '${folder}/ran-${name}'\nexec ${python} "$@"\n`, { mode: 0o755 });
  return file;
}

before(
  async () => {
    const parts = await prepare();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lsptorch-untrusted-'));
    fs.writeFileSync(
      path.join(folder, 'model.py'),
      `import pathlib
import torch
from torch import nn


class Scale(nn.Module):
    def forward(self, x, alpha=1.0):
        y = x.abs()
        return y * alpha


if __name__ == '__main__':
    pathlib.Path(__file__).with_name('ran-script').touch()
    Scale()(torch.zeros(2, 3))
`,
    );
    fs.mkdirSync(path.join(folder, '.vscode'));
    fs.writeFileSync(
      path.join(folder, '.vscode', 'settings.json'),
      JSON.stringify({
        'lsptorch.pythonPath': program('python'),
        'lsptorch.serverPath': program('server'),
      }),
    );
    editor = await openEditor(parts, {
      folder,
      trust: true,
      settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' },
    });
    await editor.open('model.py');
  },
  { timeout: 900_000 },
);

after(async () => {
  await editor?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

test('the window is in restricted mode', () =>
  editor.until('Restricted Mode in the status bar', () =>
    editor.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).count(),
  ));

test('static types and problems are there', async () => {
  await editor.seesLine(/def forward\(self, x: Tensor\?, alpha: Tensor\?=1\.0\) -> Tensor:/);
  await editor.until('red squiggles', () => editor.squiggles('error'));
  await editor.picture('untrusted-static');
});

test('no way to probe is offered, and a code lens refuses', async () => {
  assert.equal(await editor.command('LspTorch: Probe This File', { mustExist: false }), false);
  assert.equal(await editor.command('LspTorch: Probe…', { mustExist: false }), false);
  const lens = editor.page.locator('.codelens-decoration a', { hasText: 'Probe' }).first();
  await lens.waitFor({ state: 'visible', timeout: PATIENCE });
  await lens.click();
  await editor.until('the refusal', async () =>
    (await editor.notifications()).find((text) => text.includes('not trusted')),
  );
  await editor.picture('untrusted-refused');
});

test('nothing has run', async () => {
  await sleep(2000); // what was started wrongly has had time to leave its mark
  assert.deepEqual(marks(), []);
});

test('once trusted, the same command runs the script', async () => {
  fs.writeFileSync(path.join(folder, '.vscode', 'settings.json'), '{}');
  await editor.command('Workspaces: Manage Workspace Trust');
  const trust = editor.page.locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust/ }).first();
  await trust.waitFor({ state: 'visible', timeout: PATIENCE });
  await trust.click();
  await editor.until(
    'no Restricted Mode',
    async () => (await editor.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).count()) === 0,
  );
  const modal = editor.page.locator('.monaco-modal-editor-block');
  await editor.until('the trust editor closes', async () => {
    if ((await modal.count()) === 0) return true;
    await modal
      .locator('.codicon-close')
      .first()
      .click({ timeout: 2000 })
      .catch(() => undefined);
    return false;
  });
  await editor.seesLine(/def forward\(self, x: Tensor\?/);
  await editor.command('LspTorch: Probe This File');
  await editor.until(
    "the script's own mark",
    () => marks().includes('ran-script'),
    PATIENCE,
    async () => marks().join(', '),
  );
  await editor.seesLine(/def forward\(self, x: f32\[2, 3\]/);
  await editor.picture('trusted-probed');
});
