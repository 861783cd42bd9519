/** Decides whether a server that died is started again: at most `limit` times within any `windowMs` milliseconds. */
export class RestartLimiter {
  private readonly restarts: number[] = [];

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Counts one death; false means: give up and ask the user. */
  mayRestart(): boolean {
    const now = this.now();
    while (this.restarts[0] !== undefined && now - this.restarts[0] > this.windowMs) this.restarts.shift();
    if (this.restarts.length >= this.limit) return false;
    this.restarts.push(now);
    return true;
  }

  /** A restart that the user asked for starts the count afresh. */
  reset(): void {
    this.restarts.length = 0;
  }
}
