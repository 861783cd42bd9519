// Folders with another Debian and its torch, made with debootstrap, and commands run inside them.
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { capture, run, step } from '../../scripts/lib/run.mjs';

/** Debian suites and the torch that each of them has. */
export const suites = { trixie: '2.6', forky: '2.14' };

const packages = ['python3', 'python3-torch', 'python3-torchvision', 'python3-torchaudio'];

/** The folder that holds the roots unless the command line names another: in the user's cache folder. */
export const defaultFolder = path.join(
  process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'),
  'lsptorch',
  'roots',
);

/** Takes `--into DIR` out of the arguments: the folder that holds the roots, and the other arguments. */
export function foldersOf(args) {
  const rest = [...args];
  const at = rest.indexOf('--into');
  if (at < 0) return { into: defaultFolder, rest };
  const [, folder] = rest.splice(at, 2);
  if (!folder) throw new Error('--into needs a folder.');
  return { into: path.resolve(folder), rest };
}

export const rootOf = (suite, into) => path.join(into, suite);

function needs(command, where) {
  if (!capture('sh', ['-c', `command -v ${command}`]))
    throw new Error(`${where} needs ${command}: apt-get install ${command}`);
}

/**
 * Makes the root of a suite, or brings it up to what is wanted: a second call finds everything there and changes nothing. Needs Debian and
 * root's rights. Returns its folder. Nothing outside the folder is changed.
 */
export async function ensureRoot(suite, into) {
  if (!(suite in suites)) throw new Error(`No suite '${suite}'. There are: ${Object.keys(suites).join(', ')}.`);
  const root = rootOf(suite, into);
  if (process.getuid?.() !== 0) throw new Error('Making and entering a root needs root: run it with sudo.');
  if (!existsSync(path.join(root, 'usr', 'bin', 'python3'))) {
    needs('debootstrap', 'Making a root');
    const mirror = (capture('apt-get', ['indextargets', '--format', '$(SITE)', 'Created-By: Packages']) ?? '')
      .split('\n')
      .find((site) => site && !site.includes('security'));
    if (!mirror) throw new Error('apt knows no mirror here: debootstrap cannot be told where from.');
    const script = ['', 'sid']
      .map((name) => `/usr/share/debootstrap/scripts/${name || suite}`)
      .find((file) => existsSync(file));
    mkdirSync(into, { recursive: true });
    await step(`making ${suite} in ${root}`, () =>
      run('debootstrap', ['--variant=minbase', '--include=python3', suite, root, mirror, script], {
        log: `root-${suite}`,
      }),
    );
  }
  const missing = packages.filter(
    (name) => capture('chroot', [root, 'dpkg-query', '-W', '-f', '${Status}', name]) !== 'install ok installed',
  );
  if (missing.length > 0) {
    await step(`installing ${missing.join(', ')} in ${suite}`, () =>
      inside(root, async () => {
        const env = { DEBIAN_FRONTEND: 'noninteractive' };
        // A mirror may lag behind the week for which Debian testing signs its lists: the signature is checked, the date is not.
        await run('chroot', [root, 'apt-get', '-o', 'Acquire::Check-Valid-Until=false', 'update'], {
          env,
          log: `root-${suite}-apt`,
        });
        await run('chroot', [root, 'apt-get', 'install', '-y', '--no-install-recommends', ...missing], {
          env,
          log: `root-${suite}-apt`,
        });
      }),
    );
  }
  return root;
}

/** Does `work` while the root has a /proc, which torch and some packages ask; one that was mounted here is taken away again. */
export async function inside(root, work) {
  const proc = path.join(root, 'proc');
  const mounted = readdirSync(proc).length === 0;
  if (mounted) await run('mount', ['-t', 'proc', 'proc', proc]);
  try {
    return await work();
  } finally {
    if (mounted) await run('umount', ['-l', proc], { allowFailure: true });
  }
}

/** Runs a command inside a root, in the folder `cwd` of it. */
export const runInside = (root, cwd, command, options) =>
  inside(root, () => run('chroot', [root, 'sh', '-c', 'cd "$0" && exec "$@"', cwd, ...command], options));
