import * as vscode from 'vscode';
import { ExecuteCommandRequest } from 'vscode-languageclient/node';
import type { Prober } from './probe';
import { ServerCommand } from './protocol';
import type { ReadinessView } from './readinessView';
import type { Repairer } from './repair';
import type { RulePages } from './rulePages';
import { chooseEntry, isScript } from './scripts';
import type { Server } from './server';
import type { Verdicts } from './verdicts';

/** The kind of the server's one action that applies every safe fix; the menu of quick fixes leaves it out, as all source actions. */
const FIX_ALL = 'source.fixAll.lsptorch';

/** Every command that package.json contributes, by its name there. */
export function registerCommands(
  context: vscode.ExtensionContext,
  server: Server,
  prober: Prober,
  pages: RulePages,
  verdicts: Verdicts,
  repairer: Repairer,
  readiness: ReadinessView,
  log: vscode.LogOutputChannel,
): void {
  const commands: Record<string, (...parameters: unknown[]) => unknown> = {
    'lsptorch.probeFile': (target) => probeFile(server, prober, target),
    'lsptorch.probeScript': () => probeChosen(server, prober, vscode.window.activeTextEditor?.document.uri),
    'lsptorch.stopProbe': () => prober.stop(),
    'lsptorch.verifyFile': () => verdicts.verifyFile(),
    'lsptorch.verifyModule': (target) => verdicts.verifyModule(target),
    'lsptorch.repairModule': () => repairer.repairHere(),
    'lsptorch.exportTorchScript': (target) => verdicts.exportModule(target),
    'lsptorch.showTorchScript': (target) => verdicts.show(target, 'code'),
    'lsptorch.showGraph': (target) => verdicts.show(target, 'graph'),
    'lsptorch.compareOutputs': (target) => verdicts.compare(target),
    'lsptorch.revealVerdict': (uri, type, name) => verdicts.reveal(String(uri), String(type), String(name)),
    'lsptorch.exportReadiness': () => verdicts.exportReadiness(),
    'lsptorch.refreshReadiness': () => readiness.refresh(),
    'lsptorch.fixAll': () =>
      vscode.commands.executeCommand('editor.action.codeAction', { kind: FIX_ALL, apply: 'first' }),
    'lsptorch.restartServer': () => server.restart(),
    'lsptorch.showOutput': () => log.show(),
    'lsptorch.forget': () => forget(server),
    'lsptorch.openRulePage': (rule) => pages.open(rule),
    'lsptorch.openWalkthrough': () =>
      vscode.commands.executeCommand(
        'workbench.action.openWalkthrough',
        `${context.extension.id}#lsptorch.start`,
        false,
      ),
  };
  for (const [name, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, run));
  }
}

async function probeFile(server: Server, prober: Prober, target: unknown): Promise<void> {
  const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme === 'file' && uri.path.endsWith('.py')) {
    await probeFor(server, prober, uri);
  } else {
    void vscode.window.showInformationMessage(
      'Open a Python file first: LspTorch probes the file in the active editor.',
    );
  }
}

/** Probes a file that is a script; for one that only defines things, what runs it, which the user chooses. */
export async function probeFor(server: Server, prober: Prober, file: vscode.Uri): Promise<void> {
  if (!vscode.workspace.isTrusted || (await isScript(file))) await prober.probe(file.fsPath);
  else
    await probeChosen(
      server,
      prober,
      file,
      `${vscode.workspace.asRelativePath(file)} only defines things. What is to run it?`,
    );
}

async function probeChosen(
  server: Server,
  prober: Prober,
  file: vscode.Uri | undefined,
  question?: string,
): Promise<void> {
  const entry = await chooseEntry(server, file, question);
  if (entry !== null) await prober.probe(entry);
}

async function forget(server: Server): Promise<void> {
  const client = server.client;
  if (!client) {
    void vscode.window.showErrorMessage('The LspTorch server is not running.');
    return;
  }
  await client.sendRequest(ExecuteCommandRequest.type, { command: ServerCommand.forget, arguments: [] });
}
