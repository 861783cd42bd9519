/** `[["probe.timeout", 5]]` as `{ probe: { timeout: 5 } }`. */
export function nest(values: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const [name, value] of values) {
    const parts = name.split('.');
    const last = parts.pop();
    if (last === undefined) continue;
    let branch = tree;
    for (const part of parts) {
      const next = branch[part];
      if (typeof next === 'object' && next !== null) {
        branch = next as Record<string, unknown>;
      } else {
        const fresh: Record<string, unknown> = {};
        branch[part] = fresh;
        branch = fresh;
      }
    }
    branch[last] = value;
  }
  return tree;
}
