/** What the audit trail says of an access token. */
export interface AccessTokenFacts {
  readonly clientId: string;
  readonly userId: string | null;
  readonly grantId: string;
  /** Its scopes and its audience, separated by spaces. */
  readonly scope: string;
  readonly resource: string;
  readonly jti: string;
}

/** How a token was issued. */
export interface Issue {
  readonly grantType: string;
  /** The address of the request; undefined if it is not known. */
  readonly address: string | undefined;
}

/** Tokens that are recorded together: all but their `jti` is the same. */
export interface IssueGroup {
  readonly facts: AccessTokenFacts;
  readonly issue: Issue;
  /** When the first of them was issued, in seconds since the epoch. */
  readonly at: number;
  readonly jtis: string[];
}

/** The most tokens of a group, so that its event stays small. */
const maxTokensInGroup = 100;
/** Tokens that wait to be recorded. */
const maxTokens = 20_000;

/** Groups tokens of the same grant until they are recorded: an event costs the database more than an entry in its detail. */
export class IssueGroups {
  private groups = new Map<string, IssueGroup>();
  private full: IssueGroup[] = [];
  private count = 0;

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** @returns false if there are too many, and this one is dropped */
  add(facts: AccessTokenFacts, issue: Issue, now: number): boolean {
    if (this.count >= maxTokens) return false;
    this.count++;
    const key = `${facts.grantId} ${issue.grantType} ${issue.address} ${facts.scope}|${facts.resource}`;
    const group = this.groups.get(key) ?? { facts, issue, at: now, jtis: [] };
    group.jtis.push(facts.jti);
    if (group.jtis.length === 1) this.groups.set(key, group);
    if (group.jtis.length === maxTokensInGroup) {
      this.groups.delete(key);
      this.full.push(group);
    }
    return true;
  }

  /** Removes all groups. */
  take(): IssueGroup[] {
    const taken = [...this.full, ...this.groups.values()];
    this.groups = new Map();
    this.full = [];
    this.count = 0;
    return taken;
  }
}
