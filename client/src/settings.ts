import * as vscode from 'vscode';

export const SECTION = 'lsptorch';

/** The settings that the client itself reads; the server asks for the others through `workspace/configuration`. */
export interface ClientSettings {
  readonly serverPath: string;
  readonly pythonPath: string;
}

export function clientSettings(): ClientSettings {
  const section = vscode.workspace.getConfiguration(SECTION);
  return {
    serverPath: section.get<string>('serverPath', '').trim(),
    pythonPath: section.get<string>('pythonPath', '').trim(),
  };
}
