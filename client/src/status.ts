import * as vscode from 'vscode';
import { type ServerFacts, type ServerState, type StatusLine, statusLine } from './statusText';

const ACTIONS: Record<NonNullable<StatusLine['action']>, vscode.Command> = {
  stopProbe: { title: 'Stop', command: 'lsptorch.stopProbe' },
  restartServer: { title: 'Restart Server', command: 'lsptorch.restartServer' },
  manageTrust: { title: 'Manage Trust', command: 'workbench.trust.manage' },
  probe: { title: 'Probe…', command: 'lsptorch.probeScript' },
};

/** The language status item (the braces at the lower right, beside "Python"). */
export class Status implements vscode.Disposable {
  private readonly item: vscode.LanguageStatusItem;
  private state: ServerState = 'starting';
  private facts: ServerFacts | null = null;
  private probing: string | null = null;

  constructor() {
    this.item = vscode.languages.createLanguageStatusItem('lsptorch.status', { language: 'python' });
    this.item.name = 'LspTorch';
    this.show();
  }

  setState(state: ServerState): void {
    this.state = state;
    if (state !== 'running') this.facts = null;
    this.show();
  }

  setFacts(facts: ServerFacts): void {
    this.facts = facts;
    this.show();
  }

  setProbing(message: string | null): void {
    this.probing = message;
    this.show();
  }

  show(): void {
    const line = statusLine({
      state: this.state,
      trusted: vscode.workspace.isTrusted,
      facts: this.facts,
      probing: this.probing,
    });
    this.item.text = line.text;
    this.item.detail = line.detail;
    this.item.busy = line.busy;
    this.item.severity = {
      information: vscode.LanguageStatusSeverity.Information,
      warning: vscode.LanguageStatusSeverity.Warning,
      error: vscode.LanguageStatusSeverity.Error,
    }[line.severity];
    this.item.command = line.action === null ? undefined : ACTIONS[line.action];
  }

  dispose(): void {
    this.item.dispose();
  }
}
