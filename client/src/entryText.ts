/** What the server offers to run (`EntryItem` of the server's OwnData.cs). */
export interface Entry {
  /** As `lsptorch.probe` takes it: a path, `path::test`, `-m module` or `launch:name`. */
  readonly entry: string;
  readonly label: string;
  readonly kind: string;
}

/** How an entry stands in the list that is chosen from. */
export function entryTitle(entry: Entry): { readonly label: string; readonly description: string } {
  switch (entry.kind) {
    case 'remembered':
      return { label: `$(history) ${entry.label}`, description: 'ran before' };
    case 'test':
      return { label: `$(beaker) ${entry.label}`, description: 'pytest' };
    case 'launch':
      return { label: `$(debug-alt) ${entry.label}`, description: 'launch configuration' };
    case 'class':
      return {
        label: `$(symbol-class) Call ${entry.label}`,
        description: 'with example inputs, by a program that you can change',
      };
    default:
      return { label: entry.label, description: 'this file' };
  }
}
