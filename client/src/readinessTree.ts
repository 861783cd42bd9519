// The readiness of a workspace's modules as a tree: what the view shows, apart from the editor.

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** One compiler's verdict on a class. */
export interface Column {
  readonly name: string;
  readonly state: 'good' | 'partial' | 'bad' | 'skipped';
  readonly label: string;
  readonly text: string;
  readonly uri?: string;
  readonly range?: Range;
}

/** A class inside another, at an attribute path; `times`: how many there are. */
export interface Part {
  readonly name: string;
  readonly class: string;
  readonly uri?: string;
  readonly times: number;
}

/** The verdicts on one class, as `lsptorch/readiness` tells them. */
export interface Module {
  readonly class: string;
  readonly uri: string;
  readonly line: number;
  readonly ready: boolean;
  readonly stale: boolean;
  readonly torch?: string;
  readonly advice: string;
  readonly why: readonly string[];
  readonly export?: string;
  readonly columns: readonly Column[];
  readonly holds: readonly Part[];
}

export interface ModuleNode {
  readonly kind: 'module';
  readonly module: Module;
  /** The attribute path inside the module above; empty at the top. */
  readonly name: string;
  readonly above: readonly Module[];
}

export interface ColumnNode {
  readonly kind: 'column';
  readonly column: Column;
  readonly module: Module;
}

/** A class inside that no compiler was asked about. */
export interface UnaskedNode {
  readonly kind: 'unasked';
  readonly part: Part;
}

export type Node = ModuleNode | ColumnNode | UnaskedNode;

/** The classes that no other judged class holds, those that hold the most first. */
export function rootsOf(modules: readonly Module[]): ModuleNode[] {
  const inside = new Set(
    modules.flatMap((module) =>
      module.holds.filter((part) => part.class !== module.class || part.uri !== module.uri).map(keyOf),
    ),
  );
  const tops = modules.filter((module) => !inside.has(keyOf(module)));
  return [...(tops.length > 0 ? tops : modules)]
    .sort((a, b) => b.holds.length - a.holds.length)
    .map((module) => ({ kind: 'module', module, name: '', above: [] }));
}

/** What a module is made of, then what each compiler said of the whole. A class inside itself is not opened again. */
export function childrenOf(node: Node, modules: readonly Module[]): Node[] {
  if (node.kind !== 'module') return [];
  const parts = node.above.includes(node.module)
    ? []
    : node.module.holds.map((part): Node => {
        const module = modules.find((candidate) => keyOf(candidate) === keyOf(part));
        const name = part.times > 1 ? `${part.name} ×${part.times}` : part.name;
        return module
          ? { kind: 'module', module, name, above: [...node.above, node.module] }
          : { kind: 'unasked', part };
      });
  const columns = node.module.columns.filter(
    (column) => column.state !== 'skipped' || column.name === 'script' || column.name === 'trace',
  );
  return [...parts, ...columns.map((column): Node => ({ kind: 'column', column, module: node.module }))];
}

/** One line for what stops a module; its advice where nothing does. */
export function blockerOf(module: Module): string {
  if (module.ready) return module.advice;
  const bad = ['eager', 'script', 'libtorch', 'trace']
    .map((name) => module.columns.find((column) => column.name === name))
    .find((column) => column?.state === 'bad');
  return bad ? `${bad.name}: ${bad.text.replace(/^no: /, '')}` : module.advice;
}

/** The judged class of a file in which a line (0-based) stands, as far as the lines of the class statements tell. */
export function moduleAt(modules: readonly Module[], uri: string, line: number): Module | undefined {
  return modules.filter((module) => module.uri === uri && module.line <= line).sort((a, b) => b.line - a.line)[0];
}

function keyOf(item: { readonly class: string; readonly uri?: string }): string {
  return `${item.uri ?? ''}\n${item.class}`;
}
