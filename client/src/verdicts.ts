import * as vscode from 'vscode';
import type { Prober } from './probe';
import { ServerCommand } from './protocol';
import { type Module, moduleAt } from './readinessTree';
import type { ReadinessView } from './readinessView';
import { chooseEntry, isScript } from './scripts';
import type { Server } from './server';
import type { TorchScriptView } from './torchScriptView';

interface VerifyResult {
  readonly status: string;
  readonly message: string;
  readonly ready: number;
  readonly modules: readonly unknown[];
}

interface ExportResult {
  readonly uri: string;
  readonly how: string;
  readonly signature?: string;
  readonly constants: readonly string[];
}

const SUMMARY_MS = 10_000;

/** What the user can do with verdicts; every run goes through the prober, one at a time. */
export class Verdicts {
  constructor(
    private readonly server: Server,
    private readonly prober: Prober,
    private readonly readiness: ReadinessView,
    private readonly torchScript: TorchScriptView,
  ) {}

  /** Asks the compilers about one class, or about all that the script of a file makes. */
  async verify(uri: string, type: string): Promise<void> {
    const script = await this.scriptFor(uri, type);
    if (script === null) return;
    const name = type || vscode.workspace.asRelativePath(vscode.Uri.parse(uri));
    const result = await this.prober.run<VerifyResult>(`Verifying ${name}`, name, ServerCommand.verify, [
      uri,
      type,
      ...script,
    ]);
    if (!result) return;
    this.readiness.refresh();
    const ended = result.status === 'ok' ? '' : ` (${result.message})`;
    vscode.window.setStatusBarMessage(
      `$(beaker) ${name}${ended}: ${result.ready} of ${result.modules.length} module classes can leave Python`,
      SUMMARY_MS,
    );
  }

  async verifyFile(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId === 'python') await this.verify(editor.document.uri.toString(), '');
    else
      void vscode.window.showInformationMessage(
        'Open a Python file first: LspTorch verifies the modules of the file in the active editor.',
      );
  }

  async verifyModule(target: unknown): Promise<void> {
    const module = await this.choose(target);
    if (module) await this.verify(module.uri, module.class);
  }

  async exportModule(target: unknown): Promise<void> {
    const module = await this.choose(target);
    if (!module) return;
    const folder = vscode.Uri.joinPath(
      vscode.Uri.parse(module.uri),
      '..',
      `${module.class.split('.').pop()?.toLowerCase()}.pt`,
    );
    const file = await vscode.window.showSaveDialog({
      defaultUri: folder,
      filters: { TorchScript: ['pt'] },
      title: `Export ${module.class}`,
    });
    if (!file) return;
    const result = await this.prober.run<ExportResult>(
      `Exporting ${module.class}`,
      module.class,
      ServerCommand.exportModule,
      [module.uri, module.class, file.toString()],
    );
    if (!result) return;
    this.readiness.refresh();
    const constants = result.constants.length > 0 ? ` Constants of the trace: ${result.constants.join(', ')}.` : '';
    void vscode.window.showInformationMessage(
      `${vscode.workspace.asRelativePath(file)} holds the ${result.how === 'script' ? 'scripted' : 'traced'} ${module.class}: ${result.signature ?? 'no forward'}.${constants}`,
    );
  }

  /** Goes to what a verdict speaks of, and shows it there. */
  async reveal(uri: string, type: string, name: string): Promise<void> {
    const module = (await this.readiness.modules()).find(
      (candidate) => candidate.class === type && sameUri(candidate.uri, uri),
    );
    if (!module) return;
    const column = module.columns.find((candidate) => candidate.name === name);
    const target = vscode.Uri.parse(column?.uri ?? module.uri);
    const document = await vscode.workspace.openTextDocument(target);
    let at = new vscode.Position(
      module.line,
      Math.max(0, document.lineAt(module.line).text.indexOf(type.split('.').pop() ?? type)),
    );
    if (column?.uri && column.range) at = new vscode.Position(column.range.start.line, column.range.start.character);
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
    await vscode.commands.executeCommand('editor.action.showHover');
  }

  async show(target: unknown, form: 'code' | 'graph'): Promise<void> {
    const module = await this.choose(target);
    if (module) await this.torchScript.open(module.uri, module.class, form);
  }

  async compare(target: unknown): Promise<void> {
    const module = await this.choose(target);
    const answer =
      module &&
      (await this.server.client?.sendRequest<{ readonly text: string }>('lsptorch/outputs', {
        uri: module.uri,
        class: module.class,
      }));
    if (!answer) return;
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: answer.text });
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
  }

  async exportReadiness(): Promise<void> {
    const answer = await this.server.client?.sendRequest<{ readonly text: string }>('lsptorch/readinessHtml', {});
    if (!answer) return;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const file = await vscode.window.showSaveDialog({
      ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, 'readiness.html') } : {}),
      filters: { HTML: ['html'] },
      title: 'Export Readiness',
    });
    if (!file) return;
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(answer.text));
    const open = 'Open';
    const choice = await vscode.window.showInformationMessage(
      `The readiness of this workspace is in ${vscode.workspace.asRelativePath(file)}.`,
      open,
    );
    if (choice === open) await vscode.env.openExternal(file);
  }

  /** The class that a command is about: the one clicked, the one at the cursor, or one that the user picks. */
  private async choose(target: unknown): Promise<Module | undefined> {
    if (typeof target === 'object' && target !== null && 'module' in target)
      return (target as { readonly module: Module }).module;
    const modules = await this.readiness.modules();
    if (modules.length === 0) {
      const verify = 'Verify This File';
      const choice = await vscode.window.showInformationMessage(
        'No module of this workspace has been verified yet.',
        verify,
      );
      if (choice === verify) await this.verifyFile();
      return undefined;
    }
    const editor = vscode.window.activeTextEditor;
    const here = editor && moduleAt(modules, editor.document.uri.toString(), editor.selection.active.line);
    if (here) return here;
    const items = modules.map((module) => ({
      label: module.class,
      description: vscode.workspace.asRelativePath(vscode.Uri.parse(module.uri)),
      module,
    }));
    return (await vscode.window.showQuickPick(items, { title: 'LspTorch: which module?' }))?.module;
  }

  /** Nothing where the server knows the program from an earlier run; null when the user has changed their mind. */
  async scriptFor(uri: string, type: string): Promise<[string] | [] | null> {
    const file = vscode.Uri.parse(uri);
    if (!vscode.workspace.isTrusted) return [];
    if ((await this.readiness.modules()).some((module) => sameUri(module.uri, uri) && (!type || module.class === type)))
      return [];
    if (await isScript(file)) return [uri];
    const entry = await chooseEntry(
      this.server,
      file,
      `${vscode.workspace.asRelativePath(file)} only defines things. What is to run it?`,
    );
    return entry === null ? null : [entry];
  }
}

function sameUri(one: string, other: string): boolean {
  return vscode.Uri.parse(one).toString() === vscode.Uri.parse(other).toString();
}
