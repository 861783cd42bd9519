import * as fs from 'node:fs';
import * as path from 'node:path';
import * as readline from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import {
  CloseAction,
  type CloseHandlerResult,
  type ConfigurationItem,
  ErrorAction,
  type ErrorHandlerResult,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
  vsdiag,
} from 'vscode-languageclient/node';
import type { SelectedInterpreter } from './interpreter';
import {
  type InitializationOptions,
  RUN_FAILED_NOTIFICATION,
  type RunFailed,
  SERVER_ARGUMENTS,
  ServerCommand,
  STATUS_NOTIFICATION,
  VERDICTS_NOTIFICATION,
} from './protocol';
import { RestartLimiter } from './restartLimiter';
import type { RulePages } from './rulePages';
import { clientSettings, explicitSettings, SECTION } from './settings';
import { readServerFacts, type ServerFacts, type ServerState } from './statusText';

/** Commands of lenses and code actions for which the client has a door of its own. */
const ASKED_THROUGH_THE_CLIENT: readonly string[] = [
  ServerCommand.verify,
  ServerCommand.showVerdict,
  ServerCommand.makeItScript,
];
const RESTARTS = 5;
const RESTART_WINDOW_MS = 3 * 60_000;
const RESTART_DELAY_MS = 300;
/** Lines of the server's stderr that are kept to say why it died. */
const LAST_WORDS = 20;

/** Failures are told once, by the server below, with a way on; the language client's own messages go to the output channel only. */
class Client extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** The language server's process: started, restarted where it dies (within a limit), stopped. */
export class Server implements vscode.Disposable {
  private readonly limiter = new RestartLimiter(RESTARTS, RESTART_WINDOW_MS);
  private readonly stateChanged = new vscode.EventEmitter<ServerState>();
  private readonly factsChanged = new vscode.EventEmitter<ServerFacts>();
  private readonly probeRequested = new vscode.EventEmitter<vscode.Uri>();
  private readonly verdictRequested = new vscode.EventEmitter<{
    readonly command: string;
    readonly parameters: readonly string[];
  }>();
  private readonly verdictsChanged = new vscode.EventEmitter<void>();
  private current: LanguageClient | null = null;
  private lastWords: string[] = [];
  /** Starts and stops follow each other; two at once would leave two servers. */
  private turn: Promise<void> = Promise.resolve();

  readonly onDidChangeState = this.stateChanged.event;
  readonly onDidReportFacts = this.factsChanged.event;
  /** A code lens or a keybinding asked for the server's own probe command. */
  readonly onDidRequestProbe = this.probeRequested.event;

  /** The same for its commands about verdicts, and for the repair. */
  readonly onDidRequestVerdict = this.verdictRequested.event;
  readonly onDidChangeVerdicts = this.verdictsChanged.event;

  private readonly extensionPath: string;
  private readonly declaredSettings: readonly string[];

  constructor(
    extension: vscode.Extension<unknown>,
    private readonly log: vscode.LogOutputChannel,
    private readonly interpreter: SelectedInterpreter,
    private readonly pages: RulePages,
  ) {
    this.extensionPath = extension.extensionPath;
    this.declaredSettings = Object.keys(extension.packageJSON.contributes.configuration.properties);
  }

  /** The running client, null while there is none. */
  get client(): LanguageClient | null {
    return this.current?.isRunning() ? this.current : null;
  }

  start(): Promise<void> {
    return this.inTurn(() => this.startNow());
  }

  /** Stops and starts again: the user's command, or a new setting that only a fresh server can follow. */
  restart(): Promise<void> {
    return this.inTurn(async () => {
      this.limiter.reset();
      await this.stopNow();
      await this.startNow();
    });
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.stopNow());
  }

  /** Makes the server ask for the settings again: the interpreter that they name may be another one now. */
  async refreshSettings(): Promise<void> {
    await this.client?.sendNotification('workspace/didChangeConfiguration', { settings: null });
  }

  dispose(): void {
    this.stateChanged.dispose();
    this.factsChanged.dispose();
    this.probeRequested.dispose();
    this.verdictRequested.dispose();
    this.verdictsChanged.dispose();
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private async startNow(): Promise<void> {
    const command = this.executable();
    if (!fs.existsSync(command)) {
      this.stateChanged.fire('stopped');
      this.offerRestart(`The LspTorch server is missing: ${command}`);
      return;
    }
    // A client is used for one life of the server: after a death its state is not worth keeping.
    let lost = false;
    const lose = (why: string): void => {
      if (lost || client !== this.current) return;
      lost = true;
      this.log.error(why);
      if (this.lastWords.length > 0) this.log.error(`Its last output:\n${this.lastWords.join('\n')}`);
      void this.recover(client);
    };
    const client = new Client(SECTION, 'LspTorch', { command, args: [...SERVER_ARGUMENTS] }, this.clientOptions(lose));
    this.current = client;
    client.onDidChangeState(({ newState }) => {
      if (client !== this.current) return;
      if (newState === State.Running) this.stateChanged.fire('running');
      if (newState === State.Starting) this.stateChanged.fire('starting');
    });
    client.onNotification(STATUS_NOTIFICATION, (message: unknown) => this.factsChanged.fire(readServerFacts(message)));
    client.onNotification(VERDICTS_NOTIFICATION, () => this.verdictsChanged.fire());
    client.onNotification(RUN_FAILED_NOTIFICATION, (failed: RunFailed) => void this.tellFailure(failed));
    this.log.info(`Starting ${command}`);
    try {
      await client.start();
    } catch (error) {
      lose(`The server did not start: ${String(error)}`);
    }
  }

  /** After a death: a new server, unless there were too many. */
  private recover(dead: LanguageClient): Promise<void> {
    return this.inTurn(async () => {
      if (dead !== this.current) return; // stopped or restarted by the user meanwhile
      await this.stopNow();
      if (this.limiter.mayRestart()) {
        await sleep(RESTART_DELAY_MS);
        this.log.warn('Starting the server again.');
        await this.startNow();
      } else {
        this.log.error(
          `The server ended unexpectedly more than ${RESTARTS} times within ${RESTART_WINDOW_MS / 60_000} minutes; it is not started again.`,
        );
        this.offerRestart('The LspTorch server keeps dying and was not started again.');
      }
    });
  }

  private async stopNow(): Promise<void> {
    const client = this.current;
    this.current = null;
    if (!client) return;
    try {
      await client.dispose(2000);
    } catch (error) {
      this.log.debug(`The server did not shut down properly: ${String(error)}`);
    }
    this.stateChanged.fire('stopped');
  }

  private executable(): string {
    // An untrusted folder cannot set it: package.json lists it under restrictedConfigurations.
    const { serverPath } = clientSettings();
    if (serverPath) return serverPath;
    return path.join(this.extensionPath, 'bin', process.platform === 'win32' ? 'lsptorch.exe' : 'lsptorch');
  }

  private clientOptions(lose: (why: string) => void): LanguageClientOptions {
    return {
      documentSelector: [
        { language: 'python', scheme: 'file' },
        { language: 'python', scheme: 'untitled' },
      ],
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: (): InitializationOptions => ({
        trusted: vscode.workspace.isTrusted,
        pythonPath: this.interpreter.path,
        showsFailures: true,
        notifications: [STATUS_NOTIFICATION, VERDICTS_NOTIFICATION],
      }),
      markdown: { isTrusted: false },
      stdioOptions: {
        stdout: () => undefined, // the wire: read by the language client itself
        // The server's log comes through the protocol too; stderr matters where the server could not say it there.
        stderr: (input) => {
          this.lastWords = [];
          readline.createInterface({ input, crlfDelay: Infinity }).on('line', (line) => {
            this.lastWords.push(line);
            if (this.lastWords.length > LAST_WORDS) this.lastWords.shift();
            this.log.debug(line);
          });
        },
      },
      errorHandler: {
        error: (): ErrorHandlerResult => ({ action: ErrorAction.Continue, handled: true }),
        closed: (): CloseHandlerResult => {
          lose('The server ended unexpectedly.');
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
      initializationFailedHandler: () => false, // start() rejects, and that is told
      middleware: {
        // Through the same door as the client's own commands: one probe at a time, with progress and cancel.
        executeCommand: async (command, parameters: unknown[], next) => {
          const script = parameters[0];
          if (ASKED_THROUGH_THE_CLIENT.includes(command) && parameters.every((each) => typeof each === 'string')) {
            this.verdictRequested.fire({ command, parameters });
            return null;
          }
          if (command !== ServerCommand.probe || typeof script !== 'string') return next(command, parameters);
          this.probeRequested.fire(vscode.Uri.parse(script));
          return null;
        },
        handleDiagnostics: (uri, problems, next) => {
          this.pages.link(problems);
          next(uri, problems);
        },
        provideDiagnostics: async (document, previous, token, next) => {
          const report = await next(document, previous, token);
          if (report?.kind === vsdiag.DocumentDiagnosticReportKind.full) this.pages.link(report.items);
          return report;
        },
        workspace: {
          configuration: async (parameters, token, next) => {
            const answers = await next(parameters, token);
            if (!Array.isArray(answers)) return answers;
            return answers.map((answer: unknown, index) => this.configuration(parameters.items[index], answer));
          },
        },
      },
    };
  }

  /** The settings as the server gets them: what the user has set, `pythonPath` also from the Python extension, and trust. */
  private configuration(item: ConfigurationItem | undefined, answer: unknown): unknown {
    if (item?.section !== SECTION) return answer;
    const resource = item.scopeUri === undefined ? undefined : vscode.Uri.parse(item.scopeUri);
    return {
      ...explicitSettings(this.declaredSettings, resource),
      pythonPath: this.interpreter.path,
      trusted: vscode.workspace.isTrusted,
    };
  }

  private async tellFailure(failed: RunFailed): Promise<void> {
    const { uri, range } = failed;
    const goTo = 'Go to Line';
    const output = 'Show Output';
    const actions = uri && range ? [goTo, output] : [output];
    const choice = await vscode.window.showErrorMessage(failed.message, ...actions);
    if (choice === output) this.log.show();
    if (choice !== goTo || !uri || !range) return;
    const start = new vscode.Position(range.start.line, range.start.character);
    const end = new vscode.Position(range.end.line, range.end.character);
    await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection: new vscode.Range(start, end) });
  }

  private offerRestart(message: string): void {
    const restart = 'Restart Server';
    const output = 'Show Output';
    void vscode.window.showErrorMessage(message, restart, output).then(async (choice) => {
      if (choice === restart) await this.restart();
      if (choice === output) this.log.show();
    });
  }
}
