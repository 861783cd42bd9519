import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';

const OPEN_COMMAND = 'lsptorch.openRulePage';

interface RuleItem extends vscode.QuickPickItem {
  readonly uri: vscode.Uri;
}

/** The pages of the rules, shipped with the extension: they open without a network and fit its version. */
export class RulePages {
  private readonly pages: ReadonlyMap<string, vscode.Uri>;

  constructor(extensionPath: string) {
    const failed = path.join(extensionPath, 'docs', 'run-failed.md');
    this.pages = new Map([
      ...pageFiles(path.join(extensionPath, 'docs', 'rules')),
      ...(fs.existsSync(failed) ? [['run-failed', vscode.Uri.file(failed)] as [string, vscode.Uri]] : []),
    ]);
  }

  /** Shows the page of a rule: the one named, else one that the user picks (those of the current line's problems first). */
  async open(rule: unknown): Promise<void> {
    const named = typeof rule === 'string' ? this.pages.get(rule) : undefined;
    const page =
      named ?? (await vscode.window.showQuickPick(this.items(), { title: 'LspTorch: Open Rule Page…' }))?.uri;
    if (page) await vscode.commands.executeCommand('markdown.showPreview', page);
  }

  /** Makes the code of each problem open its rule's page here, instead of where the server says it is on the web. */
  link(problems: readonly vscode.Diagnostic[]): void {
    for (const problem of problems) {
      if (typeof problem.code !== 'object') continue;
      const rule = String(problem.code.value);
      if (!this.pages.has(rule)) continue;
      const parameters = encodeURIComponent(JSON.stringify([rule]));
      problem.code = { value: rule, target: vscode.Uri.parse(`command:${OPEN_COMMAND}?${parameters}`) };
    }
  }

  private items(): RuleItem[] {
    const here = rulesOnCurrentLine();
    const items = [...this.pages].map(
      ([label, uri]): RuleItem => ({ label, uri, ...(here.has(label) ? { description: 'on this line' } : {}) }),
    );
    return items.sort(
      (a, b) => Number(here.has(b.label)) - Number(here.has(a.label)) || a.label.localeCompare(b.label),
    );
  }
}

function pageFiles(folder: string): [string, vscode.Uri][] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.md') && !/^(readme|index)\.md$/i.test(name))
    .map((name) => [name.slice(0, -'.md'.length), vscode.Uri.file(path.join(folder, name))]);
}

function rulesOnCurrentLine(): Set<string> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return new Set();
  const { line } = editor.selection.active;
  return new Set(
    vscode.languages
      .getDiagnostics(editor.document.uri)
      .filter((problem) => problem.range.start.line <= line && line <= problem.range.end.line)
      .map((problem) => String(typeof problem.code === 'object' ? problem.code.value : problem.code)),
  );
}
