/** Who acts with a token for its subject, by token exchange (RFC 8693 §4.1). */
export interface TokenActor {
  /** `sub` of the `act` claim: the client that acts now, if the issuer is Eyrie. */
  readonly subject: string;
  /** Who acted before, the latest first. For the record only: access control considers the present actor (§4.1). */
  readonly actor?: TokenActor;
}

/** Longer chains are cut off: nobody decides by who acted so long ago. */
const MAX_ACTORS = 16;

/** The actor in the `act` claim; `undefined` if the token has none. */
export function actorIn(act: unknown): TokenActor | undefined {
  const subjects: string[] = [];
  for (let next = act; isObject(next) && subjects.length < MAX_ACTORS; next = next['act']) {
    if (typeof next['sub'] !== 'string') break;
    subjects.push(next['sub']);
  }
  return subjects.reduceRight<TokenActor | undefined>(
    (actor, subject) => Object.freeze(actor === undefined ? { subject } : { subject, actor }),
    undefined,
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
