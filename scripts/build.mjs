// npm run build: native binaries in bin/.
import path from 'node:path';
import { binaries, ensureBuilt } from './lib/ensure.mjs';
import { fail, root } from './lib/run.mjs';

await ensureBuilt().catch(fail);
for (const file of Object.values(binaries)) console.log(path.relative(root, file));
