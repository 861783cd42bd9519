import * as vscode from 'vscode';
import {
  ExecuteCommandRequest,
  WorkDoneProgress,
  WorkDoneProgressCancelNotification,
} from 'vscode-languageclient/node';
import { type ProbeResult, ServerCommand } from './protocol';
import type { Server } from './server';
import { probeSummary } from './statusText';

const SUMMARY_MS = 10_000;

/** Runs scripts under the recorder through the server: one at a time, each only because the user asked. */
export class Prober implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<string | null>();
  private running: vscode.CancellationTokenSource | null = null;
  private count = 0;

  /** The running probe's message; null when it has ended. */
  readonly onDidProgress = this.changed.event;

  constructor(
    private readonly server: Server,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** entry: as the server takes it. */
  async probe(entry: string): Promise<void> {
    const name = vscode.workspace.asRelativePath(entry).replace(/^launch:/, '');
    const result = await this.run<ProbeResult>(`Probing ${name}`, name, ServerCommand.probe, [entry]);
    if (result) vscode.window.setStatusBarMessage(probeSummary(name, result), SUMMARY_MS);
  }

  /** Runs one of the server's commands that run the user's program: with progress and cancel, in a trusted workspace. Null where it did not end well; the user has been told then. */
  async run<T>(title: string, name: string, command: string, parameters: readonly string[]): Promise<T | null> {
    if (!vscode.workspace.isTrusted) {
      const manage = 'Manage Trust';
      const choice = await vscode.window.showWarningMessage(
        'LspTorch runs nothing in a workspace that is not trusted.',
        manage,
      );
      if (choice === manage) await vscode.commands.executeCommand('workbench.trust.manage');
      return null;
    }
    if (this.running) {
      void vscode.window.showInformationMessage('LspTorch is running a program already: stop that first.');
      return null;
    }
    const client = this.server.client;
    if (!client) {
      void vscode.window.showErrorMessage('The LspTorch server is not running.');
      return null;
    }
    await saveOpenPython();
    const source = new vscode.CancellationTokenSource();
    this.running = source;
    this.changed.fire(name);
    try {
      return await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, cancellable: true, title },
        (progress, cancelled) => {
          cancelled.onCancellationRequested(() => source.cancel());
          return this.execute<T>(client, command, parameters, source.token, (message) => {
            progress.report({ message });
            this.changed.fire(`${name}: ${message}`);
          });
        },
      );
    } catch (error) {
      if (!source.token.isCancellationRequested) {
        this.log.error(`${title}: ${String(error)}`);
        const output = 'Show Output';
        const text = error instanceof Error ? error.message : String(error);
        void vscode.window.showErrorMessage(`${title}: ${text}`, output).then((choice) => {
          if (choice === output) this.log.show();
        });
      }
      return null;
    } finally {
      this.running = null;
      source.dispose();
      this.changed.fire(null);
    }
  }

  stop(): void {
    this.running?.cancel();
  }

  dispose(): void {
    this.stop();
    this.changed.dispose();
  }

  private async execute<T>(
    client: NonNullable<Server['client']>,
    command: string,
    parameters: readonly string[],
    cancelled: vscode.CancellationToken,
    report: (message: string) => void,
  ): Promise<T | null> {
    this.count += 1;
    const workDoneToken = `lsptorch-probe-${this.count}`;
    const progress = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
      if (value.kind !== 'end' && value.message) report(value.message);
    });
    const stop = cancelled.onCancellationRequested(() => {
      void client.sendNotification(WorkDoneProgressCancelNotification.type, { token: workDoneToken });
    });
    try {
      const result: T | null = await client.sendRequest(ExecuteCommandRequest.type, {
        command,
        arguments: [...parameters],
        workDoneToken,
      });
      return result;
    } finally {
      progress.dispose();
      stop.dispose();
    }
  }
}

/** The probe runs what is on disk: what it sees must be what the editor shows. */
async function saveOpenPython(): Promise<void> {
  const unsaved = vscode.workspace.textDocuments.filter(
    (document) => document.languageId === 'python' && document.isDirty && !document.isUntitled,
  );
  await Promise.all(unsaved.map((document) => document.save()));
}
