import * as vscode from 'vscode';
import { blockerOf, childrenOf, type Module, type Node, rootsOf } from './readinessTree';
import type { Server } from './server';

const ICONS = {
  good: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  partial: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  bad: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
  skipped: new vscode.ThemeIcon('circle-slash'),
};

/** The view "TorchScript Readiness": the tree of judged modules, what the compilers said of each, and what stops it. */
export class ReadinessView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<Node>;
  private asked: Promise<readonly Module[]> | null = null;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly server: Server) {
    this.view = vscode.window.createTreeView('lsptorch.readiness', { treeDataProvider: this, showCollapseAll: true });
  }

  refresh(): void {
    this.asked = null;
    this.changed.fire();
  }

  /** The judged classes of the workspace as the server knows them now; none while there is no server. */
  modules(): Promise<readonly Module[]> {
    this.asked ??= this.ask();
    return this.asked;
  }

  async getChildren(node?: Node): Promise<Node[]> {
    const modules = await this.modules();
    if (node) return childrenOf(node, modules);
    const ready = modules.filter((module) => module.ready).length;
    this.view.description = modules.length > 0 ? `${ready} of ${modules.length} can leave Python` : '';
    return rootsOf(modules);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'unasked') {
      const item = new vscode.TreeItem(`${node.part.name}: ${node.part.class}`);
      item.description = 'not asked';
      item.iconPath = ICONS.skipped;
      return item;
    }
    if (node.kind === 'column') {
      const { column, module } = node;
      const item = new vscode.TreeItem(column.label);
      item.description = column.text;
      item.tooltip = column.text;
      item.iconPath = ICONS[column.state];
      item.command = {
        title: 'Show the Reason',
        command: 'lsptorch.revealVerdict',
        arguments: [module.uri, module.class, column.name],
      };
      return item;
    }
    const { module, name } = node;
    const item = new vscode.TreeItem(
      name ? `${name}: ${module.class}` : module.class,
      vscode.TreeItemCollapsibleState.Collapsed,
    );
    if (!name) item.collapsibleState = vscode.TreeItemCollapsibleState.Expanded;
    item.description = `${blockerOf(module)}${module.stale ? ' (before the last change)' : ''}`;
    item.tooltip = [
      module.advice,
      ...module.why.map((why) => `• ${why}`),
      ...(module.export ? [module.export] : []),
    ].join('\n');
    item.iconPath = module.ready ? ICONS.good : ICONS.bad;
    item.contextValue = 'module';
    return item;
  }

  dispose(): void {
    this.view.dispose();
    this.changed.dispose();
  }

  private async ask(): Promise<readonly Module[]> {
    try {
      const answer = await this.server.client?.sendRequest<{ readonly modules: readonly Module[] }>(
        'lsptorch/readiness',
        {},
      );
      return answer?.modules ?? [];
    } catch {
      return []; // a server that is stopping; it tells when it has something again
    }
  }
}
