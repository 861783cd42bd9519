// npm run code: builds and installs the extension and opens the examples in desktop VS Code where `code` is on PATH, else in
// code-server at a printed loopback address, until Ctrl+C.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { editorCache, ensureEditor, quietSettings, startEditor } from './lib/editor.mjs';
import { findTorchPython } from './lib/ensure.mjs';
import { capture, fail, root, run } from './lib/run.mjs';
import { packageExtension } from './package.mjs';

const examples = path.join(root, 'examples');
const first = [path.join(examples, 'tts', 'model.py')].find((file) => existsSync(file));

async function inDesktop(vsix) {
  await run('code', ['--install-extension', vsix, '--force']);
  await run('code', [examples, ...(first ? [first] : [])]);
  console.log('The examples are open in VS Code, with the extension installed.');
}

async function inBrowser(vsix) {
  const editor = await ensureEditor();
  const python = findTorchPython();
  const running = await startEditor(editor, {
    home: path.join(editorCache(), 'code'),
    vsix,
    folder: examples,
    settings: quietSettings({ ...(python ? { 'lsptorch.pythonPath': python } : {}) }),
  });
  console.log(`\nThe examples, in VS Code in your browser (whoever is logged in on this machine can open it while it runs):\n
  ${first ? running.page(first) : running.address}\n\nCtrl+C ends it.`);
  const stop = () => void running.stop();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  await running.ended;
}

async function main() {
  const vsix = await packageExtension();
  if (capture('code', ['--version']) !== null) await inDesktop(vsix);
  else await inBrowser(vsix);
}

await main().catch(fail);
