/** What a history must never come to. */
export class Violation extends Error {
  override name = "Violation";
  readonly invariant: string;
  constructor(invariant: string, text: string) {
    super(`${invariant}: ${text}`);
    this.invariant = invariant;
  }
}
