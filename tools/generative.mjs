// node tools/generative.mjs [--programs 20000] [--seed N] [--python EXE] [--shrink]: small programs made from a grammar, every fix applied, alone and
// together; what the program computes before and after is compared, then scripted against eager. Exit status 1 where anything differs.
import path from 'node:path';
import { root, run } from '../scripts/lib/run.mjs';

const given = process.argv.slice(2);
const python = given.includes('--python')
  ? given[given.indexOf('--python') + 1]
  : process.env.LSPTORCH_TEST_PYTHON || '/usr/bin/python3';
process.exitCode = await run(python, ['-B', path.join(root, 'tools', 'generative', 'main.py'), ...given], {
  allowFailure: true,
});
