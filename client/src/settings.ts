import * as vscode from 'vscode';
import { nest } from './settingTree';

export const SECTION = 'lsptorch';

/** The settings that the client itself reads; the server asks for the others through `workspace/configuration`. */
export interface ClientSettings {
  readonly serverPath: string;
  readonly pythonPath: string;
}

export function clientSettings(): ClientSettings {
  const section = vscode.workspace.getConfiguration(SECTION);
  return {
    serverPath: section.get<string | null>('serverPath')?.trim() ?? '',
    pythonPath: section.get<string | null>('pythonPath')?.trim() ?? '',
  };
}

/**
 * What the user has set, as one JSON object. Defaults are left out: sent along, they would override what the project's
 * pyproject.toml says.
 */
export function explicitSettings(
  declared: readonly string[],
  resource: vscode.Uri | undefined,
): Record<string, unknown> {
  const section = vscode.workspace.getConfiguration(SECTION, resource);
  const values: [string, unknown][] = [];
  for (const name of declared) {
    const key = name.slice(SECTION.length + 1);
    const found = section.inspect(key);
    if (
      found?.globalValue !== undefined ||
      found?.workspaceValue !== undefined ||
      found?.workspaceFolderValue !== undefined
    ) {
      values.push([key, section.get(key)]);
    }
  }
  return nest(values);
}
