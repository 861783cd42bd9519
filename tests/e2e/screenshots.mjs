// Makes the README's pictures, docs/images/*.png, in a real VS Code: node tests/e2e/screenshots.mjs
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureLibTorch, libtorchWorker } from '../../scripts/lib/libtorch.mjs';
import { copyOfExample, openEditor, PATIENCE, prepare } from './driver.mjs';

const images = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'images');
const size = { width: 1120, height: 700 };
/** Pixels at the top and bottom of the window that show tabs and the status bar. */
const TABS = 38;

const plain = {
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'window.commandCenter': false,
  'editor.fontSize': 13,
  'editor.lineHeight': 19,
  'breadcrumbs.enabled': false,
  'workbench.editor.editorActionsLocation': 'hidden',
};

let editor;

/** 1-based number of the first line of the file on the screen that contains the text. */
function lineOf(text) {
  const index = editor
    .text('model.py')
    .split('\n')
    .findIndex((line) => line.includes(text));
  if (index < 0) throw new Error(`'${text}' is not in model.py.`);
  return index + 1;
}

/** Takes the picture of the window, or of a part of it, once nothing moves any more. */
async function shot(name, { top = 0, bottom = size.height, width = size.width } = {}) {
  await editor.page.waitForTimeout(600);
  const file = path.join(images, `${name}.png`);
  await editor.page.screenshot({ path: file, clip: { x: 0, y: top, width, height: bottom - top } });
  console.log(`docs/images/${name}.png: ${Math.round(fs.statSync(file).size / 1024)} KB`);
}

/** Two pictures below each other, each with a word beside it, as one. */
async function stack(name, parts) {
  const files = parts.map(({ picture }) => path.join(images, `${picture}.png`));
  const page = await editor.browser.newPage({ viewport: { width: size.width, height: 400 } });
  const rows = parts.map(
    ({ label }, index) => `<p>${label}</p>
    <img src="data:image/png;base64,${fs.readFileSync(files[index]).toString('base64')}">`,
  );
  await page.setContent(`<style>
    body { margin: 0; font: 600 14px sans-serif; color: #555; background: #fff }
    p { margin: 0; padding: 10px 14px } img { display: block; border-top: 1px solid #ddd; border-bottom: 1px solid #ddd }
    </style>${rows.join('')}`);
  await page.waitForTimeout(200);
  await page.locator('body').screenshot({ path: path.join(images, `${name}.png`) });
  await page.close();
  for (const file of files) fs.rmSync(file);
  console.log(`docs/images/${name}.png: ${Math.round(fs.statSync(path.join(images, `${name}.png`)).size / 1024)} KB`);
}

async function probe() {
  await editor.command('LspTorch: Probe…');
  await editor.page.locator('.quick-input-list .monaco-list-row', { hasText: 'run.py' }).first().click();
  await editor.until('the probe has ended', async () =>
    (await editor.page.locator('.statusbar-item').allTextContents()).some((text) => text.includes('places observed')),
  );
}

async function restOfMouse() {
  await editor.press('Escape');
  await editor.page.mouse.move(size.width - 40, 20);
}

async function pictures() {
  await editor.open('model.py');
  await editor.command('View: Toggle Primary Side Bar Visibility');
  await editor.until('squiggles', () => editor.squiggles('error'));

  await editor.scrollTo(lineOf('class Encoder'), lineOf('x = self.embed(ids)'));
  await editor.seesLine(/x: Tensor = self\.embed/);
  await editor.command('View: Toggle Problems');
  await editor.until(
    'the problems are listed',
    async () => (await editor.page.locator('.markers-panel .monaco-list-row').count()) > 5,
  );
  await editor.scrollTo(lineOf('def forward(self, ids, lengths)'), lineOf('x = self.embed(ids)'));
  await restOfMouse();
  await shot('overview');
  await editor.press('Control+j');
  await editor.until(
    'the panel is closed',
    async () => (await editor.page.locator('.markers-panel:visible').count()) === 0,
  );

  await probe();
  await editor.scrollTo(lineOf('class Decoder'), lineOf('state = None'));
  await editor.seesLine(/frame: f32/);
  await restOfMouse();
  await shot('after-probe');

  await editor.scrollTo(lineOf('self.project = nn.Linear'), lineOf('frames = []'));
  await editor.hover(/def forward\(self, memory.*, mask.*teacher/, 'forward', /Tuple\[Tensor, Tensor\]/);
  await shot('hover-observed', { top: TABS, bottom: 440 });

  await editor.scrollTo(lineOf('class Speakers'), lineOf('def forward(self, x, speaker'));
  const column = editor.text('model.py').split('\n')[lineOf('def forward(self, x, speaker') - 1].indexOf('speaker') + 2;
  await editor.goTo(lineOf('def forward(self, x, speaker'), column);
  await editor.page.mouse.move(size.width - 40, 20);
  await editor.actions();
  await shot('quick-fix', { top: TABS, bottom: 480 });
  await editor.press('Escape');

  const numpy = lineOf('positions = np.arange(ids.size(1))');
  await editor.goTo(numpy, editor.text('model.py').split('\n')[numpy - 1].indexOf('np.') + 2);
  await editor.scroll(numpy - 2);
  await editor.page.mouse.move(size.width - 40, 20);
  await editor.actions();
  await shot('before', { top: TABS, bottom: 320 });
  await editor.press('Escape');
  await editor.act(/Write it with torch/);
  await editor.seesLine(/positions.* = torch\.arange/);
  await editor.save('model.py');
  await editor.scroll(numpy - 2);
  await restOfMouse();
  await shot('after', { top: TABS, bottom: 320 });
  await stack('numpy-in-torch', [
    { label: 'Before', picture: 'before' },
    { label: 'After', picture: 'after' },
  ]);

  const print = lineOf('print(f"{len(path)} frames');
  await editor.selectLines(print, print);
  await editor.scroll(print - 5);
  await editor.page.mouse.move(size.width - 40, 20);
  await editor.actions();
  await shot('before', { top: TABS, bottom: 320 });
  await editor.press('Escape');
  await editor.selectLines(print, print);
  await editor.act(/Move to @torch\.jit\.ignore method/);
  await editor.seesLine(/@torch\.jit\.ignore/);
  await editor.save('model.py');
  await editor.scroll(print - 5);
  await restOfMouse();
  await shot('after', { top: TABS, bottom: 360 });
  await stack('move-to-ignore', [
    { label: 'Before', picture: 'before' },
    { label: 'After', picture: 'after' },
  ]);
}

/** The example after the fixes, with what each compiler says of it. */
async function verdicts(parts) {
  await ensureLibTorch();
  process.env.LSPTORCH_LIBTORCH = libtorchWorker;
  const folder = copyOfExample('tts');
  fs.copyFileSync(
    path.resolve(images, '..', '..', 'tests', 'examples', 'fixed_model.py'),
    path.join(folder, 'model.py'),
  );
  editor = await openEditor(parts, {
    folder,
    size: { width: size.width, height: 760 },
    settings: { ...plain, 'workbench.activityBar.location': 'default' },
  });
  try {
    await editor.open('model.py');
    await editor.command('LspTorch: Verify the Modules of This File');
    const row = editor.page.locator('.quick-input-list .monaco-list-row', { hasText: 'run.py' }).first();
    await row.waitFor({ state: 'visible', timeout: PATIENCE });
    await row.click();
    const lenses = async () =>
      (await editor.page.locator('.editor-instance .codelens-decoration').allTextContents()).map((text) =>
        text.replaceAll('\u00a0', ' '),
      );
    await editor.scrollTo(lineOf('class Attention') - 3, lineOf('class Attention'));
    await editor.until(
      'the verdict on Attention',
      async () => (await lenses()).some((text) => /eager ✓.*script ✓.*trace ✓.*libtorch ✓/.test(text)),
      900_000,
      async () => (await lenses()).join('\n'),
    );
    const header = editor.page.locator('.pane-header', { hasText: 'TorchScript Readiness' }).first();
    if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
    for (const name of ['Outline', 'Timeline'])
      await editor.page.locator('.pane-header', { hasText: name }).first().waitFor({ state: 'visible' });
    await editor.until('the tree', async () =>
      (await editor.page.locator('.pane-body .monaco-list-row[aria-level]').allTextContents()).some((text) =>
        text.includes('encoder'),
      ),
    );
    await editor.page.mouse.move(size.width - 40, 20);
    await shot('verdicts', { bottom: 760 });
  } finally {
    await editor.close();
    fs.rmSync(path.dirname(folder), { recursive: true, force: true });
  }
}

async function main() {
  fs.mkdirSync(images, { recursive: true });
  const parts = await prepare();
  const folder = copyOfExample('tts');
  editor = await openEditor(parts, {
    folder,
    size,
    settings: plain,
  });
  try {
    await pictures();
  } finally {
    await editor.close();
    fs.rmSync(path.dirname(folder), { recursive: true, force: true });
  }
  await verdicts(parts);
}

await main();
