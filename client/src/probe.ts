import * as vscode from 'vscode';
import { ExecuteCommandRequest, WorkDoneProgress, WorkDoneProgressCancelNotification } from 'vscode-languageclient/node';
import { ServerCommand, type ProbeResult } from './protocol';
import { probeSummary } from './statusText';
import type { Server } from './server';

const SUMMARY_MS = 10_000;

/** Runs scripts under the recorder through the server: one at a time, each only because the user asked. */
export class Prober implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<string | null>();
  private running: vscode.CancellationTokenSource | null = null;
  private count = 0;

  /** The running probe's message; null when it has ended. */
  readonly onDidProgress = this.changed.event;

  constructor(private readonly server: Server, private readonly log: vscode.LogOutputChannel) {}

  async probe(script: vscode.Uri): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      const manage = 'Manage Trust';
      const choice = await vscode.window.showWarningMessage('LspTorch runs nothing in a workspace that is not trusted.', manage);
      if (choice === manage) await vscode.commands.executeCommand('workbench.trust.manage');
      return;
    }
    if (this.running) {
      void vscode.window.showInformationMessage('LspTorch is probing already: stop that probe first.');
      return;
    }
    const client = this.server.client;
    if (!client) {
      void vscode.window.showErrorMessage('The LspTorch server is not running.');
      return;
    }
    await saveOpenPython();
    const name = vscode.workspace.asRelativePath(script);
    const source = new vscode.CancellationTokenSource();
    this.running = source;
    this.changed.fire(name);
    try {
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, cancellable: true, title: `Probing ${name}` },
        async (progress, cancelled) => {
          cancelled.onCancellationRequested(() => source.cancel());
          const result = await this.execute(client, script, source.token, (message) => {
            progress.report({ message });
            this.changed.fire(`${name}: ${message}`);
          });
          if (result) vscode.window.setStatusBarMessage(probeSummary(name, result), SUMMARY_MS);
        },
      );
    } catch (error) {
      if (!source.token.isCancellationRequested) {
        this.log.error(`Probing ${name}: ${String(error)}`);
        const output = 'Show Output';
        const text = error instanceof Error ? error.message : String(error);
        void vscode.window.showErrorMessage(`LspTorch could not probe ${name}: ${text}`, output).then((choice) => {
          if (choice === output) this.log.show();
        });
      }
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

  private async execute(
    client: NonNullable<Server['client']>, script: vscode.Uri, cancelled: vscode.CancellationToken, report: (message: string) => void,
  ): Promise<ProbeResult | null> {
    this.count += 1;
    const workDoneToken = `lsptorch-probe-${this.count}`;
    const progress = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
      if (value.kind !== 'end' && value.message) report(value.message);
    });
    const stop = cancelled.onCancellationRequested(() => {
      void client.sendNotification(WorkDoneProgressCancelNotification.type, { token: workDoneToken });
    });
    try {
      const result: ProbeResult | null = await client.sendRequest(ExecuteCommandRequest.type, {
        command: ServerCommand.probe, arguments: [client.code2ProtocolConverter.asUri(script)], workDoneToken,
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
  const unsaved = vscode.workspace.textDocuments.filter((document) => document.languageId === 'python' && document.isDirty && !document.isUntitled);
  await Promise.all(unsaved.map((document) => document.save()));
}
