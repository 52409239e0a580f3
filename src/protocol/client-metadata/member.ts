import type { JwkSet } from '../public-jwks.js';

/** What the entry of every member says, whatever the kind of its values. */
interface About {
  /** What the member means: its description in the OpenAPI document and on the command line. */
  readonly meaning: string;
  /** The specification that defines it, with section. Eyrie's own members have none. */
  readonly spec?: string;
  /** The example in the OpenAPI document, where the default is not a good one. */
  readonly example?: unknown;
  /** Present if people read it: it has no characters that mislead them. */
  readonly shown?: true;
  /** Present if it may also come in other languages: `client_name#de` (RFC 7591 §2.2). */
  readonly translatable?: true;
  /** Present if only administrators, configuration files and the command line set it: a client cannot register itself with it. */
  readonly setBy?: 'operator';
  /** Present if client managers, too, cannot set it. */
  readonly byAdministrator?: true;
  /** Names of earlier releases, which administrators, configuration files and the command line may still use. */
  readonly formerNames?: readonly string[];
}

/** `null` as a default means that the member may be null, which is the same as absent. */
type Default<Value> = { readonly default: Value } | { readonly default: null };

/** What a default that follows from other members is computed from. */
export interface DefaultSource {
  readonly grant_types: readonly string[];
  readonly redirect_uris: readonly string[];
  readonly post_logout_redirect_uris: readonly string[];
}

/** The kinds of values, each with its bounds. */
type Kind =
  /** `default` is absent where the name follows from what is no member: the `client_id`. */
  | ({ readonly kind: 'text'; readonly maxLength: number } & Partial<Default<string>>)
  /** An http or https URL of up to 2,048 characters. */
  | { readonly kind: 'webAddress'; readonly default: null }
  /** A colour as `#rrggbb`. */
  | { readonly kind: 'color'; readonly default: null }
  | { readonly kind: 'flag'; readonly default: boolean }
  | ({ readonly kind: 'choice'; readonly values: readonly string[] } & Default<
      string | ((source: DefaultSource) => string)
    >)
  /** A list of up to 100 different texts of 1 to 2,048 characters; `format` as in JSON Schema. */
  | ({ readonly kind: 'texts'; readonly format?: 'uri' } & Default<readonly string[]>)
  /** A list of different values out of these. */
  | ({ readonly kind: 'choices'; readonly values: readonly string[] } & Default<
      readonly string[] | ((source: DefaultSource) => string[])
    >)
  /** true for all of these values, false for none, or a list of some. */
  | { readonly kind: 'flagOrChoices'; readonly values: readonly string[]; readonly default: false }
  | ({ readonly kind: 'integer'; readonly min: number; readonly max: number } & Default<number>)
  /** A JWK Set (RFC 7517 §5), a JSON object. */
  | { readonly kind: 'keySet'; readonly default: null }
  /** Scope values separated by single spaces (RFC 6749 §3.3). */
  | { readonly kind: 'scope'; readonly maxLength: number; readonly default: string };

/** One entry of the table of client metadata: all that Eyrie knows about a member on its own. */
export type ClientMember = About & Kind;

/** A function for each kind. */
export type ByKind<Result> = {
  readonly [Name in ClientMember['kind']]: (member: Extract<ClientMember, { kind: Name }>) => Result;
};

/** The result of the function for the member's kind. */
export function byKind<Result>(functions: ByKind<Result>, member: ClientMember): Result {
  const apply = functions[member.kind] as (member: ClientMember) => Result;
  return apply(member);
}

/** The type of the values of each kind. */
export interface ValueOfKind {
  text: string;
  webAddress: string;
  color: string;
  flag: boolean;
  choice: string;
  texts: string[];
  choices: string[];
  flagOrChoices: boolean | string[];
  integer: number;
  keySet: JwkSet;
  scope: string;
}

/** Entries by the name of their member. */
export type ClientMembers = Readonly<Record<string, ClientMember>>;
