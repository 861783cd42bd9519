// The injection grammars over the Python grammar that VS Code ships, tokenised as VS Code does it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const require = createRequire(import.meta.url);
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const contributed = manifest.contributes.grammars;

async function pythonGrammar() {
  const wasm = fs.readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
  await oniguruma.loadWASM(wasm);
  const files = new Map(contributed.map((grammar) => [grammar.scopeName, path.join(root, grammar.path)]));
  const python = require.resolve('tm-grammars/grammars/python.json');
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => {
      const file = scope === 'source.python' ? python : files.get(scope);
      return file ? textmate.parseRawGrammar(fs.readFileSync(file, 'utf8'), file) : null;
    },
    getInjections: (scope) =>
      contributed.filter((grammar) => grammar.injectTo.includes(scope)).map((grammar) => grammar.scopeName),
  });
  return registry.loadGrammar('source.python');
}

const grammar = await pythonGrammar();

/** The scopes of each occurrence of `word` in the source, in order. */
function scopesOf(source, word) {
  let state = textmate.INITIAL;
  const found = [];
  for (const line of source.split('\n')) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + 1)) {
      found.push(tokens.find((token) => token.startIndex <= at && at < token.endIndex).scopes);
    }
  }
  return found;
}

function has(source, word, scope, index = 0) {
  const scopes = scopesOf(source, word)[index];
  assert.ok(scopes, `'${word}' is not in ${JSON.stringify(source)}`);
  assert.ok(scopes.includes(scope), `'${word}' in ${JSON.stringify(source)} has ${scopes.join(' ')}, not ${scope}`);
}

function lacks(source, word, part) {
  for (const scopes of scopesOf(source, word)) {
    assert.ok(
      !scopes.some((scope) => scope.includes(part)),
      `'${word}' in ${JSON.stringify(source)} has ${scopes.join(' ')}`,
    );
  }
}

for (const decorator of ['export', 'ignore', 'unused', 'script', 'script_method', 'interface', 'script_if_tracing']) {
  test(`@torch.jit.${decorator} is a modifier`, () => {
    has(`@torch.jit.${decorator}\ndef f(x):\n    return x`, decorator, 'storage.modifier.decorator.torchscript');
    has(`    @jit.${decorator}\n    def f(self):\n        pass`, decorator, 'storage.modifier.decorator.torchscript');
    has(`@ torch.jit.${decorator} # why`, decorator, 'storage.modifier.decorator.torchscript');
  });
}

test('a decorator with arguments keeps its arguments', () => {
  const source = '@torch.jit.ignore(drop=True)\ndef f(x):\n    return x';
  has(source, 'ignore', 'storage.modifier.decorator.torchscript');
  has(source, 'drop', 'variable.parameter.function-call.python');
  has(source, 'True', 'constant.language.python');
  has(source, 'def', 'storage.type.function.python');
});

test('other decorators are left alone', () => {
  for (const source of [
    '@torch.no_grad()',
    '@pytest.mark.ignore',
    '@torch.jit.ignored',
    '@my.torch.jit.ignore.x',
    '@functools.wraps(torch.jit.script)',
  ]) {
    lacks(source, source.includes('ignore') ? 'ignore' : 'script', 'torchscript');
  }
});

test('torch.jit outside decorators is left alone', () => {
  lacks('m = torch.jit.script(Model())', 'script', 'torchscript');
  lacks('x = "@torch.jit.ignore"', 'ignore', 'torchscript');
  lacks('# write @torch.jit.ignore here', 'ignore', 'storage.modifier');
});

test('a suppression comment and its rules', () => {
  const source = 'y = x.numpy()  # lsptorch: ignore[numpy-in-script, recursion]';
  has(source, 'lsptorch', 'keyword.other.directive.lsptorch');
  has(source, 'ignore', 'keyword.other.directive.lsptorch');
  has(source, 'numpy-in-script', 'constant.other.rule.lsptorch');
  has(source, 'recursion', 'constant.other.rule.lsptorch');
  has(source, 'recursion', 'comment.line.number-sign.python');
});

test('a suppression of everything', () =>
  has('y = x.numpy()  #lsptorch:ignore', 'ignore', 'keyword.other.directive.lsptorch'));

test('a suppression of a file', () =>
  has('# lsptorch: ignore-file', 'ignore-file', 'keyword.other.directive.lsptorch'));

test('a longer word is no directive', () => lacks('# lsptorch: ignored', 'ignored', 'directive'));

test('prose that names the tool is prose', () => {
  lacks('# see lsptorch: ignore it', 'lsptorch', 'directive');
  lacks('s = "# lsptorch: ignore"', 'lsptorch', 'directive');
});

test('the types of a signature comment', () => {
  const source = 'def f(x, n):\n    # type: (Tensor, Optional[int]) -> Tuple[Tensor, torch.Tensor]\n    return x';
  for (const index of [0, 1, 2]) has(source, 'Tensor', 'support.type.torchscript', index);
  has(source, 'Optional', 'support.type.torchscript');
  has(source, 'int', 'support.type.torchscript');
  has(source, 'torch', 'entity.name.namespace.torchscript');
});

test('a variable type comment', () => has('xs = []  # type: List[int]', 'List', 'support.type.torchscript'));

test('types in other comments and names that only look like types are left alone', () => {
  lacks('# a list of Tensor', 'Tensor', 'torchscript');
  lacks('x = f()  # type: MyTensor', 'MyTensor', 'torchscript');
  lacks('x = f()  # type: nn.Tensor.x', 'Tensor', 'torchscript');
  lacks('x = 1  # type: ignore', 'ignore', 'torchscript');
});

test('each contributed grammar file is injected by its own name', () => {
  for (const { scopeName, path: file } of contributed) {
    assert.equal(JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')).scopeName, scopeName);
  }
});
