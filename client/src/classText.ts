/** The top-level class in which a line stands (0-based), by the text alone; '' outside of all. */
export function classAt(text: string, line: number): string {
  const lines = text.split(/\r?\n/);
  for (let at = Math.min(line, lines.length - 1); at >= 0; at -= 1) {
    const here = lines[at] ?? '';
    const type = /^class\s+(\w+)/.exec(here);
    if (type) return type[1] ?? '';
    // A statement of the module ends the class above.
    if (/^(?:@|(?:def|async|if|for|while|with|try|import|from)\b|\w+\s*[=(])/.test(here)) return '';
  }
  return '';
}
