// Drives VS Code (code-server in headless Chromium) the way a person does: keys, mouse, and what is on the screen.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { BROWSER_PACKAGES, ensureEditor, quietSettings, startEditor } from '../../scripts/lib/editor.mjs';
import { ensureApt } from '../../scripts/lib/ensure.mjs';
import { packageExtension } from '../../scripts/package.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const examples = path.join(root, 'examples');
export const pictures = path.join(root, 'artifacts', 'e2e');
/** How long a state may take to come, in ms: the machine may be busy with other things, on two cores. */
export const PATIENCE = 180_000;
export const python = process.env.LSPTORCH_TEST_PYTHON || '/usr/bin/python3';

/** Everything installed and built; resolves to what `openEditor` needs. LSPTORCH_E2E_VSIX names a package to use as it is. */
export async function prepare() {
  await ensureApt(BROWSER_PACKAGES, 'the end-to-end tests');
  const editor = await ensureEditor();
  const vsix = process.env.LSPTORCH_E2E_VSIX ?? (await packageExtension());
  fs.mkdirSync(pictures, { recursive: true });
  return { editor, vsix };
}

/** A temporary folder with a copy of `examples/<name>`. */
export function copyOfExample(name) {
  const folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'lsptorch-e2e-')), name);
  fs.cpSync(path.join(examples, name), folder, { recursive: true, filter: (file) => !file.includes('__pycache__') });
  return folder;
}

/** An editor of its own (settings, extensions) on `folder`, with a browser window in front of it. */
export async function openEditor(
  { editor, vsix },
  { folder, settings = {}, trust = false, size = { width: 1280, height: 900 }, scale = 1 },
) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'lsptorch-editor-'));
  const server = process.env.LSPTORCH_E2E_SERVER; // a managed build, while developing
  const running = await startEditor(editor, {
    home,
    vsix,
    folder,
    trust,
    settings: quietSettings({
      'lsptorch.pythonPath': python,
      ...(server ? { 'lsptorch.serverPath': server } : {}),
      'security.workspace.trust.enabled': trust,
      ...settings,
    }),
  });
  let browser;
  try {
    browser = await chromium.launch({
      executablePath: process.env.LSPTORCH_TEST_CHROMIUM || '/usr/bin/chromium',
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    const page = await browser.newPage({ viewport: size, deviceScaleFactor: scale });
    return new Editor({ page, browser, running, home, folder });
  } catch (error) {
    await browser?.close();
    await running.stop();
    throw error;
  }
}

export class Editor {
  constructor({ page, browser, running, home, folder }) {
    Object.assign(this, { page, browser, running, home, folder });
  }

  async close() {
    await this.browser.close();
    await this.running.stop();
    fs.rmSync(this.home, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 }); // the extension host ends a little later
  }

  /** Opens a file of the folder and waits until its text is drawn. */
  async open(name) {
    await this.page.goto(this.running.page(path.join(this.folder, name)), { timeout: PATIENCE });
    await this.until(`${name} is open`, async () => {
      const tab = await this.page
        .locator('.tab.active')
        .first()
        .textContent({ timeout: 500 })
        .catch(() => '');
      return (tab ?? '').includes(path.basename(name)) && (await this.lines()).length > 3;
    });
    // Extensions come after the text: the language they bring is the sign.
    if (name.endsWith('.py')) {
      await this.until('the language is Python', async () =>
        (
          await this.page
            .locator('#status\\.editor\\.mode')
            .textContent({ timeout: 500 })
            .catch(() => '')
        )?.includes('Python'),
      );
    }
  }

  async picture(name, options = {}) {
    const file = path.join(pictures, `${name}.png`);
    await this.page.screenshot({ path: file, ...options });
    return file;
  }

  /**
   * Polls `look` until it answers something truthy, and answers that. A failure tells what was awaited, what was seen last, and
   * leaves a picture.
   */
  async until(what, look, limit = PATIENCE, lastSeen = async () => (await this.lines()).join('\n')) {
    const end = Date.now() + limit;
    for (;;) {
      const seen = await look();
      if (seen) return seen;
      if (Date.now() > end) {
        const file = await this.picture(`failed-${what.replace(/[^a-zA-Z0-9]+/g, '-').slice(0, 60)}`);
        throw new Error(
          `Not seen within ${limit / 1000} s: ${what} (picture: ${path.relative(root, file)}). On the screen:\n${await lastSeen()}`,
        );
      }
      await sleep(150);
    }
  }

  /** The lines on the screen, top to bottom; inlay hints are part of them. */
  lines() {
    return this.page.evaluate(() => {
      const editor = document.querySelector('.editor-instance .monaco-editor');
      if (!editor) return [];
      return [...editor.querySelectorAll('.view-lines .view-line')]
        .map((line) => ({ top: parseFloat(line.style.top), text: (line.textContent ?? '').replaceAll('\u00a0', ' ') }))
        .sort((a, b) => a.top - b.top)
        .map((line) => line.text);
    });
  }

  seesLine(pattern, limit) {
    return this.until(
      `a line like ${pattern}`,
      async () => (await this.lines()).find((line) => pattern.test(line)),
      limit,
    );
  }

  squiggles(kind) {
    return this.page.locator(`.editor-instance .squiggly-${kind}`).count();
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** The cursor to a place: 1-based line and column, as the editor counts. */
  async goTo(line, column = 1) {
    await this.focusText();
    const input = await this.ask('Control+g');
    await input.fill(`:${line}:${column}`);
    await this.press('Enter');
    await this.until(`the cursor at ${line}:${column}`, async () => {
      const shown = await this.page
        .locator('#status\\.editor\\.selection')
        .textContent({ timeout: 500 })
        .catch(() => '');
      return shown?.includes(`Ln ${line}, Col ${column}`);
    });
  }

  /** Presses a key until the input that it opens is there, and answers that: a busy editor loses keys. */
  async ask(key) {
    const input = this.page.locator('.quick-input-widget input').first();
    for (const end = Date.now() + PATIENCE; ; ) {
      await this.press(key);
      if (
        await input.waitFor({ state: 'visible', timeout: 10_000 }).then(
          () => true,
          () => false,
        )
      )
        return input;
      if (Date.now() > end) throw new Error(`${key} opens no input.`);
    }
  }

  /** Scrolls until the line (1-based) is the first on the screen, and leaves the cursor at `cursor`, which must then be visible too. */
  async scrollTo(line, cursor = line) {
    await this.goTo(cursor);
    await this.scroll(line);
  }

  /** Scrolls until the line (1-based) is the first on the screen; cursor and selection stay. */
  async scroll(line) {
    for (let step = 0; step < 200; step += 1) {
      const first = await this.page.evaluate(() =>
        Math.min(
          ...[...document.querySelectorAll('.editor-instance .margin .line-numbers')]
            .filter(
              (element) =>
                element.getBoundingClientRect().top >=
                document.querySelector('.editor-instance .monaco-editor').getBoundingClientRect().top - 4,
            )
            .map((element) => Number(element.textContent)),
        ),
      );
      if (first === line) return;
      await this.press(first < line ? 'Control+ArrowDown' : 'Control+ArrowUp');
    }
    throw new Error(`Line ${line} does not scroll to the top.`);
  }

  /** The keyboard to the text; works while a widget or a view has it. */
  async focusText() {
    await this.press('Escape');
    await this.page.evaluate(() => {
      const input = document.querySelector(
        '.editor-instance .monaco-editor .native-edit-context, .editor-instance .monaco-editor textarea.inputarea',
      );
      if (input instanceof HTMLElement) input.focus();
    });
  }

  /** Selects whole lines, first to last (1-based). */
  async selectLines(first, last) {
    await this.goTo(first, 1);
    for (let line = first; line < last; line += 1) await this.press('Shift+ArrowDown');
    await this.press('Shift+End');
  }

  /** Runs a command from the palette by its full title; false where the palette does not offer it (and need not). */
  async command(title, { mustExist = true } = {}) {
    const end = Date.now() + (mustExist ? PATIENCE : 0);
    for (;;) {
      await this.focusText();
      const input = await this.ask('F1');
      await input.fill(`>${title}`);
      const rows = await this.until(`the palette answers for '${title}'`, async () => {
        const found = await this.page.locator('.quick-input-list .monaco-list-row').allTextContents();
        return found.length > 0 ? found.map((row) => row.replaceAll('\u00a0', ' ')) : null;
      });
      const index = rows.findIndex((row) => row.startsWith(title));
      if (index >= 0) {
        await this.page.locator('.quick-input-list .monaco-list-row').nth(index).click();
        return true;
      }
      await this.press('Escape');
      if (Date.now() > end) {
        if (!mustExist) return false;
        throw new Error(`The palette does not offer '${title}', only: ${rows.slice(0, 5).join(' | ')}`);
      }
      await sleep(500);
    }
  }

  /** Where a word stands on the screen: in the first line that matches, its given occurrence. */
  place(linePattern, word, occurrence = 0) {
    return this.page.evaluate(
      ({ source, word, occurrence }) => {
        const pattern = new RegExp(source);
        const lines = [...document.querySelectorAll('.editor-instance .monaco-editor .view-lines .view-line')];
        const line = lines
          .sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top))
          .find((candidate) => pattern.test((candidate.textContent ?? '').replaceAll('\u00a0', ' ')));
        if (!line) return null;
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        let text = '';
        const pieces = [];
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          pieces.push({ node, start: text.length });
          text += node.data.replaceAll('\u00a0', ' ');
        }
        const matches = [
          ...text.matchAll(
            new RegExp(`(?<![A-Za-z0-9_])${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![A-Za-z0-9_])`, 'g'),
          ),
        ];
        const at = matches[occurrence]?.index;
        if (at === undefined) return null;
        const point = (offset) => {
          const piece = pieces.findLast((candidate) => candidate.start <= offset);
          return [piece.node, offset - piece.start];
        };
        const range = document.createRange();
        range.setStart(...point(at));
        const [node, offset] = point(at + word.length - 1);
        range.setEnd(node, offset + 1);
        const box = range.getBoundingClientRect();
        const shown = line.closest('.monaco-editor').getBoundingClientRect(); // lines scrolled out are drawn too, under what stands around
        if (box.top < shown.top || box.bottom > shown.bottom) return null;
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      },
      { source: linePattern.source, word, occurrence },
    );
  }

  /** Moves the mouse to a word and answers the hover's text when it matches. */
  async hover(linePattern, word, expected, occurrence = 0) {
    const read = async () =>
      (await this.page.locator('.monaco-hover:visible').allTextContents()).join('\n').replaceAll('\u00a0', ' ');
    for (const end = Date.now() + PATIENCE; ; ) {
      await this.press('Escape');
      await this.page.mouse.move(5, 5);
      const at = await this.until(`'${word}' in a line like ${linePattern}`, () =>
        this.place(linePattern, word, occurrence),
      );
      await this.page.mouse.move(at.x - 6, at.y, { steps: 3 });
      await this.page.mouse.move(at.x, at.y, { steps: 4 });
      try {
        return await this.until(
          `a hover on '${word}' like ${expected}`,
          async () => {
            const text = await read();
            return expected.test(text) ? text : null;
          },
          6000,
          read,
        );
      } catch (error) {
        if (Date.now() > end) throw error; // the mouse came before the text was drawn anew: once more
      }
    }
  }

  /** Clicks the first code lens on the screen whose text contains `text`. */
  async clickLens(text) {
    const at = await this.until(`a lens '${text}'`, () =>
      this.page.evaluate((wanted) => {
        const shown = document.querySelector('.editor-instance .monaco-editor').getBoundingClientRect();
        for (const link of document.querySelectorAll('.editor-instance .codelens-decoration a')) {
          const box = link.getBoundingClientRect();
          const inside = box.width > 0 && box.top >= shown.top && box.bottom <= shown.bottom; // those scrolled out are drawn too
          if (inside && (link.textContent ?? '').replaceAll('\u00a0', ' ').includes(wanted))
            return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
        }
        return null;
      }, text),
    );
    await this.page.mouse.click(at.x, at.y);
  }

  /** Opens the menu of fixes and refactorings at the cursor or selection; answers its titles. */
  async actions() {
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
      await this.press('Control+.');
      const shown = await rows
        .first()
        .waitFor({ state: 'visible', timeout: 4000 })
        .then(
          () => true,
          () => false,
        );
      if (shown) return (await rows.allTextContents()).map((row) => row.replaceAll('\u00a0', ' ').trim());
      await this.press('Escape');
      await sleep(500);
    }
    const file = await this.picture('failed-no-actions');
    throw new Error(`Ctrl+. offers nothing (picture: ${path.relative(root, file)}).`);
  }

  /** Takes the first action at the cursor whose title matches. */
  async act(pattern) {
    const end = Date.now() + PATIENCE;
    let titles = [];
    while (Date.now() < end) {
      titles = await this.actions();
      const index = titles.findIndex((title) => pattern.test(title));
      if (index >= 0) {
        await this.page.locator('.action-widget .monaco-list-row.action').nth(index).click();
        return titles[index];
      }
      await this.press('Escape');
      await sleep(500);
    }
    await this.picture('failed-action');
    throw new Error(`No action like ${pattern}; offered: ${titles.join(' | ')}`);
  }

  async save(name) {
    await this.press('Control+s');
    await this.until(`${name} is saved`, async () => (await this.page.locator('.tab.active.dirty').count()) === 0);
    return this.text(name);
  }

  text(name) {
    return fs.readFileSync(path.join(this.folder, name), 'utf8');
  }

  notifications() {
    return this.page.locator('.notification-toast .notification-list-item-message').allTextContents();
  }

  /** Process ids of this editor's language servers. */
  servers() {
    return fs
      .readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        try {
          const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
          const program = process.env.LSPTORCH_E2E_SERVER ?? path.join(this.home, 'extensions');
          return command.includes('lsp') && command.slice(0, 2).some((part) => part.startsWith(program));
        } catch {
          return false; // ended meanwhile
        }
      });
  }
}
