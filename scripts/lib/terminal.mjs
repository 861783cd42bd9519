// Text for people at a terminal: colour only there, and only where it is wanted.

const colour = Boolean(process.stdout.isTTY) && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
const paint = (open, close) => (text) => (colour && text !== '' ? `\x1b[${open}m${text}\x1b[${close}m` : text);

export const bold = paint(1, 22);
export const dim = paint(2, 22);
export const italic = paint(3, 23);
export const red = paint(31, 39);
export const green = paint(32, 39);
export const yellow = paint(33, 39);
export const blue = paint(34, 39);
export const magenta = paint(35, 39);
export const cyan = paint(36, 39);
export const grey = paint(90, 39);

/** Columns of the terminal; 120 where the output goes elsewhere. */
export const width = Math.max(60, Math.min(process.stdout.columns ?? 120, 160));

/** LSP severities 1 to 4. */
export const severities = {
  1: { name: 'error', sign: '✗', paint: red },
  2: { name: 'warning', sign: '!', paint: yellow },
  3: { name: 'information', sign: 'i', paint: blue },
  4: { name: 'hint', sign: '·', paint: grey },
};

/** Columns that a character takes: 2 for East Asian wide ones, 0 for combining ones. */
function columns(char) {
  const code = char.codePointAt(0);
  if (code >= 0x300 && code < 0x370) return 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    code >= 0x1f300;
  return wide ? 2 : 1;
}

/** Columns that a text takes; colours take none. */
export function textWidth(text) {
  return [...text.replace(/\x1b\[[\d;]*m/g, '')].reduce((sum, char) => sum + columns(char), 0);
}

/** `text` in lines of at most `limit` columns, broken at spaces; each paint is inside one line's words, so lines stand alone. */
export function wrap(text, limit) {
  const lines = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && textWidth(line) + 1 + textWidth(word) > limit) {
        lines.push(line);
        line = word;
      } else {
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines;
}

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** A titled rule across the terminal. */
export function heading(title) {
  return `\n${bold(title)} ${grey('─'.repeat(Math.max(3, width - textWidth(title) - 1)))}`;
}

/** The markdown of hovers as plain terminal text: fences dropped, code cyan, bold bold, links by their text. */
export function markdown(text) {
  return text
    .trim()
    .split('\n')
    .filter((line) => !/^\s*(```|~~~)/.test(line))
    .map((line) =>
      line
        .replace(/^-{3,}$/, '')
        .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
        .replace(/\*\*([^*]+)\*\*/g, (_, inner) => bold(inner))
        .replace(/(^|[\s(])[_*]([^_*`]+)[_*](?=[\s).,:]|$)/g, (_, before, inner) => before + italic(inner))
        .replace(/`([^`]+)`/g, (_, inner) => cyan(inner))
        .replace(/&nbsp;/g, ' ')
        .replace(/ {2,}$/, '')
        .replace(/\\([\\`*_{}[\]()#+\-.!|<>~])/g, '$1'),
    );
}

/**
 * Source lines as an editor shows them. `hints` are { line, character, label, observed }, `problems` LSP diagnostics with `fixes` (titles);
 * both 0-based, UTF-16 columns. `keep(line)` says which lines are wanted; a gap is one line of dots.
 */
export function sourceView(text, hints, problems, keep = () => true) {
  const source = text.split('\n');
  if (source.at(-1) === '') source.pop();
  const gutter = String(source.length).length;
  const out = [];
  let gap = false;
  source.forEach((line, index) => {
    const here = problems.filter((problem) => problem.range.start.line === index);
    if (!keep(index) && here.length === 0) {
      if (!gap) out.push(grey(`${' '.repeat(gutter)} ⋮`));
      gap = true;
      return;
    }
    gap = false;
    const inside = hints.filter((hint) => hint.line === index).sort((a, b) => a.character - b.character);
    out.push(`${grey(`${String(index + 1).padStart(gutter)} │`)} ${withHints(line, inside)}`);
    for (const problem of here.sort((a, b) => a.range.start.character - b.range.start.character)) {
      out.push(...problemLines(problem, line, inside, gutter));
    }
  });
  return out;
}

function withHints(line, hints) {
  let at = 0;
  let shown = '';
  for (const hint of hints) {
    shown += line.slice(at, hint.character) + (hint.observed ? cyan : dim)(italic(hint.label));
    at = hint.character;
  }
  return shown + line.slice(at);
}

/** Where a column of the line stands on the screen, hints included. */
function screenColumn(line, hints, character) {
  const before = hints.filter(
    (hint) => hint.character < character || (hint.character === character && hint.label.endsWith(' ')),
  );
  return textWidth(line.slice(0, character)) + before.reduce((sum, hint) => sum + textWidth(hint.label), 0);
}

function problemLines(problem, line, hints, gutter) {
  const { paint, sign } = severities[problem.severity ?? 1];
  const last = problem.range.end.line === problem.range.start.line ? problem.range.end.character : line.length;
  const from = screenColumn(line, hints, problem.range.start.character);
  const to = Math.max(from + 1, screenColumn(line, hints, last));
  const margin = `${' '.repeat(gutter)} ${grey('│')} `;
  const indent = Math.min(from, Math.floor(width / 3));
  const room = width - gutter - 3 - indent;
  const message = wrap(`${problem.message}${problem.code === undefined ? '' : ` [${problem.code}]`}`, room - 2);
  const visible = width - gutter - 3 - from; // a caret beyond the edge of the screen would stand under another line
  return [
    ...(visible > 0 ? [`${margin}${' '.repeat(from)}${paint('^'.repeat(Math.min(to - from, visible)))}`] : []),
    ...message.map(
      (part, index) => `${margin}${' '.repeat(indent)}${paint(index === 0 ? `${sign} ` : '  ')}${paint(part)}`,
    ),
    ...(problem.fixes ?? []).map((title) => `${margin}${' '.repeat(indent)}${green(`  → ${title}`)}`),
  ];
}
