/** What the server says about itself in `lsptorch/status`; a field that is not known is null. */
export interface ServerFacts {
  readonly python: string | null;
  readonly torch: string | null;
  readonly observedPlaces: number;
}

export type ServerState = 'starting' | 'running' | 'stopped';

export interface StatusInput {
  readonly state: ServerState;
  readonly trusted: boolean;
  readonly facts: ServerFacts | null;
  /** The message of the running probe, null when none runs. */
  readonly probing: string | null;
}

export interface StatusLine {
  readonly text: string;
  readonly detail: string;
  readonly severity: 'information' | 'warning' | 'error';
  readonly busy: boolean;
  readonly action: 'stopProbe' | 'restartServer' | 'manageTrust' | 'probe' | null;
}

export function statusLine(input: StatusInput): StatusLine {
  if (input.state === 'starting') {
    return { text: 'LspTorch', detail: 'starting', severity: 'information', busy: true, action: null };
  }
  if (input.state === 'stopped') {
    return {
      text: 'LspTorch',
      detail: 'the server is not running',
      severity: 'error',
      busy: false,
      action: 'restartServer',
    };
  }
  if (input.probing !== null) {
    return {
      text: 'LspTorch: probing',
      detail: input.probing,
      severity: 'information',
      busy: true,
      action: 'stopProbe',
    };
  }
  const text = `LspTorch: ${versions(input.facts)}`;
  if (!input.trusted) {
    return {
      text,
      detail: 'restricted mode: static types and problems only',
      severity: 'information',
      busy: false,
      action: 'manageTrust',
    };
  }
  return {
    text,
    detail: observed(input.facts?.observedPlaces ?? 0),
    severity: 'information',
    busy: false,
    action: 'probe',
  };
}

function versions(facts: ServerFacts | null): string {
  const parts: string[] = [];
  if (facts?.python) parts.push(`python ${facts.python}`);
  if (facts?.torch) parts.push(`torch ${facts.torch}`);
  return parts.length > 0 ? parts.join(' · ') : 'static';
}

function observed(places: number): string {
  if (places === 0) return 'nothing observed';
  return places === 1 ? '1 place observed' : `${places} places observed`;
}

/** What a probe saw, in one line for the status bar. */
export function probeSummary(
  name: string,
  result: { readonly status: string; readonly places: number; readonly files: readonly unknown[] },
): string {
  const where = result.files.length === 1 ? '1 file' : `${result.files.length} files`;
  const ended = result.status === 'ok' ? '' : ` (${result.status})`;
  return `$(beaker) ${name}${ended}: ${observed(result.places)}${result.places === 0 ? '' : ` in ${where}`}`;
}

/** A server's message as `lsptorch/status` parameters; anything that is not as agreed is read as not known. */
export function readServerFacts(message: unknown): ServerFacts {
  const fields = typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : {};
  const text = (value: unknown): string | null => (typeof value === 'string' && value.length > 0 ? value : null);
  const places = fields['observedPlaces'];
  return {
    python: text(fields['python']),
    torch: text(fields['torch']),
    observedPlaces: typeof places === 'number' && Number.isInteger(places) && places > 0 ? places : 0,
  };
}
