import * as vscode from 'vscode';
import { probeFor, registerCommands } from './commands';
import { SelectedInterpreter } from './interpreter';
import { Prober } from './probe';
import { ServerCommand } from './protocol';
import { ReadinessView } from './readinessView';
import { Repairer } from './repair';
import { RulePages } from './rulePages';
import { Server } from './server';
import { SECTION } from './settings';
import { Status } from './status';
import { TorchScriptView } from './torchScriptView';
import { Verdicts } from './verdicts';

let running: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('LspTorch', { log: true });
  const interpreter = new SelectedInterpreter(log);
  const pages = new RulePages(context.extensionPath);
  const server = new Server(context.extension, log, interpreter, pages);
  const prober = new Prober(server, log);
  const status = new Status();
  const readiness = new ReadinessView(server);
  const torchScript = new TorchScriptView(server);
  const verdicts = new Verdicts(server, prober, readiness, torchScript);
  const repairer = new Repairer(server, prober, verdicts);
  running = server;
  context.subscriptions.push(log, interpreter, status, prober, readiness, torchScript, server);

  context.subscriptions.push(
    server.onDidChangeState((state) => status.setState(state)),
    server.onDidReportFacts((facts) => status.setFacts(facts)),
    server.onDidChangeState((state) => state === 'running' && readiness.refresh()),
    server.onDidChangeVerdicts(() => readiness.refresh()),
    vscode.workspace.onDidSaveTextDocument((document) => document.languageId === 'python' && readiness.refresh()),
    server.onDidRequestVerdict(({ command, parameters: [uri = '', type = '', name = ''] }) => {
      if (command === ServerCommand.makeItScript) void repairer.repair(uri, type);
      else void (command === ServerCommand.verify ? verdicts.verify(uri, type) : verdicts.reveal(uri, type, name));
    }),
    server.onDidRequestProbe((script) => void probeFor(server, prober, script)),
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
  registerCommands(context, server, prober, pages, verdicts, repairer, readiness, log);

  if (vscode.workspace.isTrusted) void interpreter.follow();
  await server.start();
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}
