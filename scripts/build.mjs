// npm run build: native binaries in bin/. With --libtorch: the libtorch worker too, in bin/libtorch/ (fetches some 480 MB).
import path from 'node:path';
import { binaries, ensureBuilt } from './lib/ensure.mjs';
import { ensureLibTorch } from './lib/libtorch.mjs';
import { fail, root } from './lib/run.mjs';

await ensureBuilt().catch(fail);
for (const file of Object.values(binaries)) console.log(path.relative(root, file));
if (process.argv.includes('--libtorch')) console.log(path.relative(root, await ensureLibTorch().catch(fail)));
