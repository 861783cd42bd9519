// What client and server say to each other beyond the Language Server Protocol.

/** `initializationOptions`. */
export interface InitializationOptions {
  /** False in an untrusted workspace: the server must then run nothing of the user's, not even an interpreter. */
  readonly trusted: boolean;
  /** The interpreter that the settings or the Python extension name, null where neither does. */
  readonly pythonPath: string | null;
}

/** Server to client: what the status item shows (`ServerFacts` in statusText.ts). */
export const STATUS_NOTIFICATION = 'lsptorch/status';

/** `workspace/executeCommand` names; the language client registers each as an editor command of the same name. */
export const ServerCommand = {
  /** Arguments: the script's uri, then its command line arguments. Reports work-done progress until the script has ended. */
  probe: 'lsptorch.probe',
  /** Arguments: none. Drops all observations of this workspace. */
  forget: 'lsptorch.forgetObservations',
} as const;

/** The answer to `lsptorch.probe`, as far as it is shown. */
export interface ProbeResult {
  readonly status: string;
  readonly message: string;
  readonly places: number;
  readonly files: readonly unknown[];
}

/** The server program's arguments. */
export const SERVER_ARGUMENTS = ['lsp'] as const;
