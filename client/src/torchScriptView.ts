import * as vscode from 'vscode';
import type { Server } from './server';

const SCHEME = 'lsptorch-torchscript';

interface Line {
  readonly line: number;
  readonly uri: string;
  readonly sourceLine: number;
}

interface Answer {
  readonly text: string;
  readonly from: string;
  readonly form: string;
  readonly lines: readonly Line[];
}

/** What a compiler made of a module, read-only beside its source; the lines that belong together light up together. */
export class TorchScriptView implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly links = new Map<string, readonly Line[]>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly highlight = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.wordHighlightStrongBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.wordHighlightStrongForeground'),
  });
  private readonly subscriptions: vscode.Disposable[];

  readonly onDidChange = this.changed.event;

  constructor(private readonly server: Server) {
    this.subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.window.onDidChangeTextEditorSelection((event) => this.link(event.textEditor)),
      vscode.workspace.onDidCloseTextDocument((document) => this.links.delete(document.uri.toString())),
    ];
  }

  /** Opens the code or the graph of a class in the column beside. */
  async open(uri: string, type: string, form: 'code' | 'graph'): Promise<void> {
    const question = encodeURIComponent(JSON.stringify({ uri, class: type, form }));
    const target = vscode.Uri.parse(
      `${SCHEME}:/${encodeURIComponent(type)} ${form}${form === 'code' ? '.py' : '.txt'}?${question}`,
    );
    this.changed.fire(target); // an open one may be of an earlier run
    const document = await vscode.workspace.openTextDocument(target);
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
    const source = vscode.window.visibleTextEditors.find(
      (editor) => editor.document.uri.toString() === vscode.Uri.parse(uri).toString(),
    );
    if (source) this.link(source);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const client = this.server.client;
    if (!client) return '# The LspTorch server is not running.\n';
    try {
      const answer = await client.sendRequest<Answer>('lsptorch/torchScript', JSON.parse(uri.query));
      this.links.set(uri.toString(), answer.lines);
      return answer.text;
    } catch (error) {
      return `# ${error instanceof Error ? error.message : String(error)}\n`;
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions, this.changed, this.highlight).dispose();
  }

  /** Lights up, in the other editors, what belongs to the line of the cursor. */
  private link(editor: vscode.TextEditor): void {
    const here = editor.document.uri.toString();
    const line = editor.selection.active.line;
    const own = this.links.get(here);
    for (const other of vscode.window.visibleTextEditors) {
      if (other === editor) continue;
      const there = other.document.uri.toString();
      const lines = own
        ? own
            .filter((link) => link.line === line && vscode.Uri.parse(link.uri).toString() === there)
            .map((link) => link.sourceLine)
        : (this.links.get(there) ?? [])
            .filter((link) => link.sourceLine === line && vscode.Uri.parse(link.uri).toString() === here)
            .map((link) => link.line);
      if (!own && !this.links.has(there)) continue;
      other.setDecorations(
        this.highlight,
        lines.map((number) => new vscode.Range(number, 0, number, 0)),
      );
      const first = lines[0];
      if (first !== undefined)
        other.revealRange(new vscode.Range(first, 0, first, 0), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }
}
