import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { classAt } from './classText';
import type { Prober } from './probe';
import { type RepairAnswer, ServerCommand } from './protocol';
import type { Server } from './server';
import type { Verdicts } from './verdicts';

/** *Make It Script…*: the server finds the fixes and proves them; the user previews them, the proof beside. */
export class Repairer {
  constructor(
    private readonly server: Server,
    private readonly prober: Prober,
    private readonly verdicts: Verdicts,
  ) {}

  /** The class at the cursor; outside of all classes the modules that the program calls. */
  async repairHere(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== 'python') {
      void vscode.window.showInformationMessage('Open a Python file first, and set the cursor into a module class.');
      return;
    }
    const { document, selection } = editor;
    await this.repair(document.uri.toString(), classAt(document.getText(), selection.active.line));
  }

  async repair(uri: string, type: string): Promise<void> {
    const script = await this.verdicts.scriptFor(uri, type);
    if (script === null) return;
    const name = type || vscode.workspace.asRelativePath(vscode.Uri.parse(uri));
    const title = `Making ${name} script`;
    const found = await this.prober.run<RepairAnswer>(title, name, ServerCommand.findRepair, [uri, type, ...script]);
    if (!found) return;
    const proof = vscode.Uri.parse(found.proof);
    await vscode.commands.executeCommand('markdown.showPreviewToSide', proof);
    if (found.edit) await this.preview(found, proof, name);
    const show = found.ok ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
    if (!found.edit) void show(`${found.summary}.`);
  }

  /**
   * The fixes ticked, in the refactoring preview. VS Code shows it where something is to be confirmed, and unticks what is: that is the file with the
   * proof, which the user may keep.
   */
  private async preview(found: RepairAnswer, proof: vscode.Uri, name: string): Promise<void> {
    const annotations = Object.entries(found.edit?.changeAnnotations ?? {});
    const edit = await this.server.client?.protocol2CodeConverter.asWorkspaceEdit({
      ...found.edit,
      changeAnnotations: Object.fromEntries(
        annotations.map(([id, annotation]) => [id, { ...annotation, needsConfirmation: false }]),
      ),
    });
    const first = found.edit?.documentChanges?.[0];
    if (!edit || !first || !('textDocument' in first)) return;
    const kept = vscode.Uri.joinPath(
      vscode.Uri.parse(first.textDocument.uri),
      '..',
      `${name.replace(/\W+/g, '_')}.proof.md`,
    );
    edit.createFile(
      kept,
      { overwrite: true, contents: await vscode.workspace.fs.readFile(proof) },
      { label: 'The proof as a file of the workspace', needsConfirmation: true },
    );
    const answered = vscode.workspace.applyEdit(edit, { isRefactoring: true });
    // Grouped by fix, its title and the compiler's sentence are seen; the view is there a moment after it was asked for.
    for (const delay of [300, 700, 2000]) {
      await sleep(delay);
      await vscode.commands.executeCommand('refactorPreview.groupByType');
    }
    await answered;
  }
}
