// The libtorch worker: built on first need, because libtorch is some 480 MB. Linux x64 only: that is what is tested.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { capture, root, run, step } from './run.mjs';

const folder = path.join(root, 'bin', 'libtorch');
export const libtorchWorker = path.join(folder, 'lsptorch-libtorch');

/** Builds bin/libtorch/ where its sources have changed since the last time. Resolves to the worker's path. */
export async function ensureLibTorch() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('The libtorch worker is built for Linux x64 only.');
  const project = path.join(root, 'server', 'LspTorch.LibTorch');
  const hash = createHash('sha256');
  for (const file of readdirSync(project)
    .filter((name) => /\.(cs|csproj)$/.test(name))
    .sort())
    hash.update(readFileSync(path.join(project, file)));
  hash.update(readFileSync(path.join(root, 'Directory.Packages.props'))).update(readFileSync(new URL(import.meta.url)));
  const key = hash.digest('hex'),
    mark = path.join(folder, '.built');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === key) return libtorchWorker;
  await step('fetching libtorch and building its worker (some 480 MB)', async () => {
    rmSync(folder, { recursive: true, force: true });
    await run('dotnet', ['publish', project, '-c', 'Release', '-o', folder, '-nologo', '-v', 'quiet'], {
      log: 'publish-libtorch',
    });
    mkdirSync(folder, { recursive: true });
    const natives = path.join(folder, 'libLibTorchSharp.so');
    if (!systemHas('GLIBCXX_3.4.32')) writeFileSync(natives, weakenVersion(readFileSync(natives), 'GLIBCXX_3.4.32'));
    writeFileSync(mark, key);
  });
  return libtorchWorker;
}

/** Whether the C++ library of this machine defines a symbol version. */
function systemHas(version) {
  const listed = capture('ldconfig', ['-p']) ?? capture('/sbin/ldconfig', ['-p']) ?? '';
  const library =
    listed.match(/libstdc\+\+\.so\.6 \(.*x86-64.*\) => (\S+)/)?.[1] ?? '/usr/lib/x86_64-linux-gnu/libstdc++.so.6';
  return existsSync(library) && readFileSync(library).includes(`${version}\0`);
}

/**
 * A copy of a 64-bit little-endian ELF file in which a required symbol version is weak, so that the loader does not insist on it.
 * libLibTorchSharp.so is built with GCC 13, whose headers make every file that includes <iostream> name
 * std::ios_base_library_init@GLIBCXX_3.4.32: an empty marker that nothing calls, there only to demand a libstdc++ that initialises the
 * streams itself. Debian 12 and Ubuntu 22.04 have GLIBCXX_3.4.30; there the streams are initialised by the files that use them, as ever.
 */
export function weakenVersion(elf, version) {
  const data = Buffer.from(elf);
  if (data.readUInt32BE(0) !== 0x7f454c46 || data[4] !== 2 || data[5] !== 1)
    throw new Error('Not a 64-bit little-endian ELF file.');
  const at = (offset) => Number(data.readBigUInt64LE(offset));
  const sections = Array.from({ length: data.readUInt16LE(60) }, (_, i) => at(40) + i * data.readUInt16LE(58));
  const weak = 2,
    versionNeeds = 0x6ffffffe;
  let changed = 0;
  for (const section of sections.filter((header) => data.readUInt32LE(header + 4) === versionNeeds)) {
    const names = at(sections[data.readUInt32LE(section + 40)] + 24);
    for (let need = at(section + 24); ; need += data.readUInt32LE(need + 12)) {
      for (let wanted = need + data.readUInt32LE(need + 8); ; wanted += data.readUInt32LE(wanted + 12)) {
        const name = names + data.readUInt32LE(wanted + 8);
        if (data.toString('latin1', name, data.indexOf(0, name)) === version) {
          data.writeUInt16LE(data.readUInt16LE(wanted + 4) | weak, wanted + 4);
          changed++;
        }
        if (data.readUInt32LE(wanted + 12) === 0) break;
      }
      if (data.readUInt32LE(need + 12) === 0) break;
    }
  }
  if (changed === 0) throw new Error(`The file does not ask for ${version}.`);
  return data;
}
