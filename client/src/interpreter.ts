import { PVSC_EXTENSION_ID, PythonExtension } from '@vscode/python-extension';
import * as vscode from 'vscode';
import { clientSettings, SECTION } from './settings';

/**
 * The interpreter whose torch counts: the setting, else the one selected in the Python extension. The Python extension is only
 * asked in a trusted workspace, because finding an environment may run it.
 */
export class SelectedInterpreter implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[] = [this.changed];
  private fromExtension: string | null = null;

  readonly onDidChange = this.changed.event;

  constructor(private readonly log: vscode.LogOutputChannel) {
    this.subscriptions.push(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${SECTION}.pythonPath`)) this.changed.fire();
      }),
    );
  }

  get path(): string | null {
    return clientSettings().pythonPath || this.fromExtension;
  }

  /** Begins to follow the Python extension where it is installed; never rejects. */
  async follow(): Promise<void> {
    if (!vscode.extensions.getExtension(PVSC_EXTENSION_ID)) return;
    try {
      const python = await PythonExtension.api();
      const read = (): void => {
        const active = python.environments.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri);
        // "python" means that the extension has found nothing: the server's own search then knows more.
        const path = active.path === 'python' ? null : active.path;
        if (path === this.fromExtension) return;
        this.fromExtension = path;
        this.log.info(`The Python extension's interpreter: ${path ?? 'none'}`);
        this.changed.fire();
      };
      this.subscriptions.push(python.environments.onDidChangeActiveEnvironmentPath(read));
      read();
    } catch (error) {
      this.log.warn(`The Python extension's interpreter cannot be followed: ${String(error)}`);
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }
}
