/** Something of a realm that is not imported. */
export interface LeftOut {
  readonly kind:
    'client' | 'scope' | 'role' | 'group' | 'user' | 'identity provider' | 'user federation' | 'realm';
  readonly name: string;
  readonly reason: string;
}

/** Collects what is not imported. */
export class LeftOuts {
  readonly list: LeftOut[] = [];

  add(kind: LeftOut['kind'], name: string, reason: string): void {
    this.list.push({ kind, name, reason });
  }

  /** A function for one thing, such as a client. */
  of(kind: LeftOut['kind'], name: string): (reason: string) => void {
    return (reason) => this.add(kind, name, reason);
  }
}
