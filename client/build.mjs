// Bundles the client into dist/extension.cjs (the extension's `main`). `node client/build.mjs` also checks types.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);

export function checkTypes() {
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [compiler, '-p', path.join(here, 'tsconfig.json')], { stdio: 'inherit' });
}

export async function buildClient() {
  await build({
    entryPoints: [path.join(here, 'src', 'extension.ts')],
    outfile: path.join(root, 'dist', 'extension.cjs'),
    bundle: true,
    platform: 'node',
    // The Node of the oldest VS Code that package.json admits (1.91 runs on Node 20).
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'eof',
    logLevel: 'warning',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  checkTypes();
  await buildClient();
}
