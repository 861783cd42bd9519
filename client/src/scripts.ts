import * as vscode from 'vscode';
import { ExecuteCommandRequest } from 'vscode-languageclient/node';
import { type Entry, entryTitle } from './entryText';
import { type ExampleResult, ServerCommand } from './protocol';
import { looksLikeScript } from './scriptText';
import type { Server } from './server';

const MOST_FILES = 2000;
/** Only the small are read: a script to run is written by hand. */
const MAX_BYTES = 256 * 1024;

interface EntryItem extends vscode.QuickPickItem {
  /** As the server takes it; null for a file that the user is still to choose. */
  readonly entry: string | null;
  /** A module class of the file `entry`, for which an example program stands in. */
  readonly class?: string;
}

/**
 * Asks what to run: what ran before in this workspace, what the server offers for a file (its tests, its module classes), launch configurations,
 * scripts. Null when the user has changed their mind.
 */
export async function chooseEntry(
  server: Server,
  file: vscode.Uri | undefined,
  question?: string,
): Promise<string | null> {
  const picked = await vscode.window.showQuickPick(entryItems(server, file), {
    title: 'LspTorch: Probe…',
    placeHolder: question ?? 'What to run under the recorder, in your Python',
    matchOnDescription: true,
  });
  if (!picked) return null;
  if (picked.class !== undefined && picked.entry !== null) return await showExample(server, picked.entry, picked.class);
  return picked.entry ?? (await browse());
}

async function entryItems(server: Server, file: vscode.Uri | undefined): Promise<EntryItem[]> {
  const offered =
    (
      await server.client?.sendRequest<{ readonly entries: readonly Entry[] }>('lsptorch/entries', {
        uri: file?.toString(),
      })
    )?.entries ?? [];
  const files = await vscode.workspace.findFiles(
    '**/*.py',
    '**/{.venv,venv,site-packages,node_modules,.git}/**',
    MOST_FILES,
  );
  const known = new Set(offered.filter((entry) => entry.kind !== 'class').map((entry) => entry.entry));
  const scripts: vscode.Uri[] = [];
  await Promise.all(
    files.map(async (uri) => {
      if (!known.has(uri.fsPath) && (await isScript(uri))) scripts.push(uri);
    }),
  );
  scripts.sort((a, b) => a.path.localeCompare(b.path));
  return [
    ...offered.map(
      (entry): EntryItem => ({
        ...entryTitle(entry),
        entry: entry.entry,
        ...(entry.kind === 'class' ? { class: entry.label } : {}),
      }),
    ),
    ...scripts.map(
      (uri): EntryItem => ({
        label: uri.path.slice(uri.path.lastIndexOf('/') + 1),
        description: vscode.workspace.asRelativePath(uri),
        entry: uri.fsPath,
      }),
    ),
    { label: '$(folder-opened) Browse…', alwaysShow: true, entry: null },
  ];
}

/** Shows the program that makes and calls a class, for the user to see and to change; answers its path. */
async function showExample(server: Server, file: string, type: string): Promise<string | null> {
  const example = await server.client?.sendRequest<ExampleResult>(ExecuteCommandRequest.method, {
    command: ServerCommand.writeExample,
    arguments: [vscode.Uri.file(file).toString(), type],
  });
  if (!example) return null;
  const uri = vscode.Uri.parse(example.uri);
  await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
  return uri.fsPath;
}

export async function isScript(uri: vscode.Uri): Promise<boolean> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    return size <= MAX_BYTES && looksLikeScript(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
  } catch {
    return false; // gone since it was found
  }
}

async function browse(): Promise<string | null> {
  const chosen = await vscode.window.showOpenDialog({ filters: { Python: ['py'] }, openLabel: 'Probe' });
  return chosen?.[0]?.fsPath ?? null;
}
