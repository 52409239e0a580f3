import { OmitType } from '@nestjs/swagger';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { type ClientMetadata, operatorMembers } from '../../protocol/client-metadata/members.js';
import { splitTranslated } from '../../protocol/client-metadata/translations.js';
import { OAuthError } from '../../protocol/errors.js';
import { ClientMetadataDto } from '../client-metadata.dto.js';
import { refuseProblems } from '../invalid-metadata.js';
import { registrableTypes, type RegistrationTypes, type TypeRules } from './registrable-types.js';

/** The members that a client may set: all but those that only operators set. Unknown members are ignored (RFC 7591 §2). */
class SelfDescription extends OmitType(ClientMetadataDto, operatorMembers) {}

/**
 * Reads what a client says of itself, in a registration request or in its own document. Types that it must not have are left out.
 * @throws OAuthError if it is not a JSON object
 * @throws InvalidMetadata naming each invalid member
 */
export async function readSelfDescription(body: unknown, rules: TypeRules): Promise<Partial<ClientMetadata>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new OAuthError('invalid_client_metadata', 'the body must be a JSON object');
  // RFC 7592 §2.2: a member that is null "MUST be treated as if it were omitted".
  const members = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const { translated, others } = splitTranslated(members);
  const description = plainToInstance(SelfDescription, withRegistrableTypes(others, rules));
  const errors = await validate(description, { whitelist: true });
  refuseProblems(
    errors.flatMap(({ property, constraints }) =>
      Object.values(constraints ?? {}).map((message) => ({
        field: property,
        reason: message.replace(`${property} `, ''),
      })),
    ),
  );
  const known = Object.entries(description).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(known) as Partial<ClientMetadata>), ...translated };
}

/** Lists of other things than texts are left to the checks of the members. */
function withRegistrableTypes(
  members: Readonly<Record<string, unknown>>,
  rules: TypeRules,
): Readonly<Record<string, unknown>> {
  const { grant_types, response_types, ...others } = members;
  const areTexts = [grant_types, response_types].every(
    (list) => list === undefined || (Array.isArray(list) && list.every((item) => typeof item === 'string')),
  );
  return areTexts
    ? { ...others, ...registrableTypes({ grant_types, response_types } as RegistrationTypes, rules) }
    : members;
}
