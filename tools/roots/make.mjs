// node tools/roots/make.mjs [trixie|forky]... [--into DIR]: makes DIR/trixie (Debian 13: torch 2.6) and DIR/forky (Debian testing: torch 2.14)
// with torch, torchvision and torchaudio, or finds them made. DIR: lsptorch/roots in the user's cache folder. Needs root and debootstrap.
import { capture, fail } from '../../scripts/lib/run.mjs';
import { ensureRoot, foldersOf, inside, suites } from './roots.mjs';

async function main() {
  const { into, rest } = foldersOf(process.argv.slice(2));
  for (const suite of rest.length ? rest : Object.keys(suites)) {
    const root = await ensureRoot(suite, into);
    const said = await inside(root, () =>
      capture('chroot', [
        root,
        'python3',
        '-W',
        'ignore',
        '-c',
        'import sys, torch; print(sys.version.split()[0], torch.__version__)',
      ]),
    );
    if (!said) throw new Error(`The python of ${root} does not import torch.`);
    const [python, torch] = said.split(' ');
    console.log(`${root}: python ${python}, torch ${torch}`);
  }
}

await main().catch(fail);
