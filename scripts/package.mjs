// npm run package: the extension with its native server as artifacts/lsptorch-<platform>.vsix.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt, ensureNpm } from './lib/ensure.mjs';
import { fail, root, run, step } from './lib/run.mjs';

/** VS Code's names of the platforms. */
const target = `${process.platform}-${process.arch}`;

/** Builds what the extension needs and packs it for this platform; resolves to the file's absolute path. */
export async function packageExtension() {
  await ensureNpm();
  await ensureBuilt();
  const { buildClient, checkTypes } = await import('../client/build.mjs');
  const vsix = path.join(root, 'artifacts', `lsptorch-${target}.vsix`);
  mkdirSync(path.dirname(vsix), { recursive: true });
  await step('building and packing the extension', async () => {
    checkTypes();
    await buildClient();
    await run(
      process.execPath,
      [
        path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce'),
        'package',
        '--target',
        target,
        '--out',
        vsix,
        '--no-dependencies',
        '--allow-missing-repository',
        '--no-rewrite-relative-links',
      ],
      { log: 'vsce' },
    );
  });
  return vsix;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const vsix = await packageExtension().catch(fail);
  console.log(path.relative(root, vsix));
}
