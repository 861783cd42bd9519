import * as vscode from 'vscode';

interface RuleItem extends vscode.QuickPickItem {
  readonly uri: vscode.Uri;
}

/** Shows the page of a rule: the one named, else one that the user picks (those of the current line's problems first). */
export async function openRulePage(extension: vscode.Uri, rule: unknown): Promise<void> {
  const pages = await rulePages(extension);
  const named = typeof rule === 'string' ? pages.find((page) => page.label === rule) : undefined;
  const page = named ?? (await vscode.window.showQuickPick(withCurrentFirst(pages), { title: 'LspTorch: Open Rule Page…' }));
  if (page) await vscode.commands.executeCommand('markdown.showPreview', page.uri);
}

async function rulePages(extension: vscode.Uri): Promise<RuleItem[]> {
  const folder = vscode.Uri.joinPath(extension, 'docs', 'rules');
  const entries = await vscode.workspace.fs.readDirectory(folder);
  return entries
    .filter(([name, type]) => type === vscode.FileType.File && name.endsWith('.md') && !/^(readme|index)\.md$/i.test(name))
    .map(([name]) => ({ label: name.slice(0, -'.md'.length), uri: vscode.Uri.joinPath(folder, name) }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

function withCurrentFirst(pages: RuleItem[]): RuleItem[] {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return pages;
  const line = editor.selection.active.line;
  const here = new Set(vscode.languages.getDiagnostics(editor.document.uri)
    .filter((problem) => problem.range.start.line <= line && line <= problem.range.end.line)
    .map((problem) => String(typeof problem.code === 'object' ? problem.code.value : problem.code)));
  const current = pages.filter((page) => here.has(page.label)).map((page) => ({ ...page, description: 'on this line' }));
  return [...current, ...pages.filter((page) => !here.has(page.label))];
}
