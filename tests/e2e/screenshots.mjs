// Makes the README's pictures, docs/images/*.png, in a real VS Code: node tests/e2e/screenshots.mjs
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyOfExample, openEditor, prepare } from './driver.mjs';

const images = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'images');
const size = { width: 1180, height: 760 };

function lineOf(editor, text) {
  const index = editor.text('model.py').split('\n').findIndex((line) => line.includes(text));
  if (index < 0) throw new Error(`'${text}' is not in model.py.`);
  return index + 1;
}

async function main() {
  fs.mkdirSync(images, { recursive: true });
  const parts = await prepare();
  const folder = copyOfExample('tts');
  const editor = await openEditor(parts, {
    folder, size,
    settings: {
      'workbench.sideBar.location': 'left', 'workbench.activityBar.location': 'hidden', 'workbench.layoutControl.enabled': false, 'window.commandCenter': false,
      'editor.fontSize': 13, 'editor.lineHeight': 19, 'breadcrumbs.enabled': false, 'editor.scrollBeyondLastLine': false,
      'workbench.colorTheme': 'Default Light Modern', 'workbench.statusBar.visible': true,
    },
  });
  const shot = async (name, clip) => {
    const file = path.join(images, `${name}.png`);
    await editor.page.screenshot({ path: file, ...(clip ? { clip } : {}) });
    console.log(`${path.relative(process.cwd(), file)} (${Math.round(fs.statSync(file).size / 1024)} KB)`);
  };
  try {
    await editor.open('model.py');
    await editor.command('View: Toggle Primary Side Bar Visibility');
    await editor.until('squiggles', () => editor.squiggles('error'));
    await shot('overview');
  } finally {
    await editor.close();
    fs.rmSync(path.dirname(folder), { recursive: true, force: true });
  }
}

await main();
