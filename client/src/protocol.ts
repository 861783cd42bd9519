// What client and server say to each other beyond the Language Server Protocol.
import type { WorkspaceEdit } from 'vscode-languageclient/node';

/** `initializationOptions`. */
export interface InitializationOptions {
  /** False in an untrusted workspace: the server must then run nothing of the user's, not even an interpreter. */
  readonly trusted: boolean;
  /** The interpreter that the settings or the Python extension name, null where neither does. */
  readonly pythonPath: string | null;
  /** The client tells the user of runs that fail, by RUN_FAILED_NOTIFICATION. */
  readonly showsFailures: true;
  /** Notifications of the server's own that the client listens to. */
  readonly notifications: readonly string[];
}

/** Server to client: what the status item shows (`ServerFacts` in statusText.ts). */
export const STATUS_NOTIFICATION = 'lsptorch/status';

/** Server to client: verdicts have come or gone. */
export const VERDICTS_NOTIFICATION = 'lsptorch/verdictsChanged';

/** Server to client: a run did not come to its end. */
export const RUN_FAILED_NOTIFICATION = 'lsptorch/runFailed';

/** Its parameters. `message`: one line. `uri`, `range`: where the program raised; absent where that is in no file of it. */
export interface RunFailed {
  readonly message: string;
  readonly uri?: string | null;
  readonly range?: { readonly start: Position; readonly end: Position } | null;
}

interface Position {
  readonly line: number;
  readonly character: number;
}

/** `workspace/executeCommand` names; the language client registers each as an editor command of the same name. */
export const ServerCommand = {
  /** Arguments: what to run (a uri or path, `path::test`, `-m module`, `launch:name`), then its command line arguments. Reports work-done progress until it has ended. */
  probe: 'lsptorch.probe',
  /** Arguments: a file's uri, a module class of it. Writes the program that makes and calls the class where there is none. */
  writeExample: 'lsptorch.writeExample',
  /** Arguments: none. Drops all observations of this workspace. */
  forget: 'lsptorch.forgetObservations',
  /** Arguments: a file's uri, a class or '' for all, what to run (as for probe) where the server does not know it. As long as a probe, and then the compilers. */
  verify: 'lsptorch.verify',
  /** Arguments: a file's uri, a class, the uri of the file to write. */
  exportModule: 'lsptorch.exportModule',
  /** Arguments: a file's uri, a class, a compiler. For clients that have no view of their own; here the client shows it. */
  showVerdict: 'lsptorch.showVerdict',
  /** Arguments: as for verify. Answers the edit with which the modules compile and compute the same, and its proof; changes nothing. */
  findRepair: 'lsptorch.findRepair',
  /** The same with its own preview, for clients that have none; what lenses and code actions name. */
  makeItScript: 'lsptorch.makeItScript',
} as const;

/** The answer to `lsptorch.findRepair`: each group of fixes has a change annotation of its own. */
export interface RepairAnswer {
  readonly ok: boolean;
  readonly summary: string;
  /** The uri of a markdown file. */
  readonly proof: string;
  readonly edit?: WorkspaceEdit;
}

/** The answer to `lsptorch.writeExample`. */
export interface ExampleResult {
  readonly uri: string;
}

/** The answer to `lsptorch.probe`, as far as it is shown. */
export interface ProbeResult {
  readonly status: string;
  readonly message: string;
  readonly places: number;
  readonly files: readonly unknown[];
}

/** The server program's arguments. */
export const SERVER_ARGUMENTS = ['lsp'] as const;
