import * as vscode from 'vscode';
import { looksLikeScript } from './scriptText';

const LAST_SCRIPT = 'lsptorch.lastScript';
const MOST_FILES = 2000;
/** Only the small are read: a script to run is written by hand. */
const MOST_BYTES = 256 * 1024;

interface ScriptItem extends vscode.QuickPickItem {
  readonly uri: vscode.Uri | null;
}

/** Asks for the script to probe: the last one first, then this workspace's scripts; null when the user has changed their mind. */
export async function chooseScript(memory: vscode.Memento, question?: string): Promise<vscode.Uri | null> {
  const last = memory.get<string>(LAST_SCRIPT);
  const picked = await vscode.window.showQuickPick(scriptItems(last), {
    title: 'LspTorch: Probe…',
    placeHolder: question ?? 'The script to run under the recorder, in your Python',
    matchOnDescription: true,
  });
  if (!picked) return null;
  const uri = picked.uri ?? (await browse());
  if (uri) await memory.update(LAST_SCRIPT, uri.toString());
  return uri;
}

async function scriptItems(last: string | undefined): Promise<ScriptItem[]> {
  const files = await vscode.workspace.findFiles('**/*.py', '**/{.venv,venv,site-packages,node_modules,.git}/**', MOST_FILES);
  const active = vscode.window.activeTextEditor?.document.uri.toString();
  const scripts: vscode.Uri[] = [];
  await Promise.all(files.map(async (uri) => {
    if (uri.toString() === last || uri.toString() === active || (await isScript(uri))) scripts.push(uri);
  }));
  const rank = (uri: vscode.Uri): number => (uri.toString() === last ? 0 : uri.toString() === active ? 1 : 2);
  scripts.sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
  const items = scripts.map((uri): ScriptItem => ({
    label: uri.path.slice(uri.path.lastIndexOf('/') + 1),
    description: vscode.workspace.asRelativePath(uri),
    ...(uri.toString() === last ? { detail: 'probed last' } : {}),
    uri,
  }));
  return [...items, { label: '$(folder-opened) Browse…', alwaysShow: true, uri: null }];
}

export async function isScript(uri: vscode.Uri): Promise<boolean> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    return size <= MOST_BYTES && looksLikeScript(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
  } catch {
    return false; // gone since it was found
  }
}

async function browse(): Promise<vscode.Uri | null> {
  const chosen = await vscode.window.showOpenDialog({ filters: { Python: ['py'] }, openLabel: 'Probe' });
  return chosen?.[0] ?? null;
}
