import * as vscode from 'vscode';
import { probeFor, registerCommands } from './commands';
import { SelectedInterpreter } from './interpreter';
import { Prober } from './probe';
import { RulePages } from './rulePages';
import { Server } from './server';
import { SECTION } from './settings';
import { Status } from './status';

let running: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('LspTorch', { log: true });
  const interpreter = new SelectedInterpreter(log);
  const pages = new RulePages(context.extensionPath);
  const server = new Server(context.extension, log, interpreter, pages);
  const prober = new Prober(server, log);
  const status = new Status();
  running = server;
  context.subscriptions.push(log, interpreter, status, prober, server);

  context.subscriptions.push(
    server.onDidChangeState((state) => status.setState(state)),
    server.onDidReportFacts((facts) => status.setFacts(facts)),
    server.onDidRequestProbe((script) => void probeFor(context, prober, script)),
    prober.onDidProgress((message) => {
      status.setProbing(message);
      void vscode.commands.executeCommand('setContext', 'lsptorch.probing', message !== null);
    }),
    interpreter.onDidChange(() => void server.refreshSettings()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${SECTION}.serverPath`)) void server.restart();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      status.show();
      void interpreter.follow();
      void server.restart();
    }),
  );
  registerCommands(context, server, prober, pages, log);

  if (vscode.workspace.isTrusted) void interpreter.follow();
  await server.start();
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}
