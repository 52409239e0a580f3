import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { byKind, type ByKind, type ClientMember } from '../protocol/client-metadata/member.js';
import { scopeValues } from '../protocol/scope.js';
import { IsFlagOrChoices, IsShownText, IsWebAddress, MayBeAbsent } from '../resource/field-checks.js';

/** Limits of a list of texts: its entries, and the characters of each. */
const maxTexts = 100;
const maxTextLength = 2_048;

const scopeMessage = '$property must be scope values separated by single spaces (RFC 6749 §3.3)';

/** What class-validator checks of a value of each kind. */
const valueChecks: ByKind<PropertyDecorator[]> = {
  text: ({ maxLength }) => [Length(1, maxLength), IsString()],
  webAddress: () => [IsWebAddress()],
  flag: () => [IsBoolean()],
  choice: ({ values }) => [IsIn(values)],
  texts: () => [
    IsArray(),
    ArrayMaxSize(maxTexts),
    ArrayUnique(),
    IsString({ each: true }),
    MaxLength(maxTextLength, { each: true }),
  ],
  choices: ({ values }) => [IsIn(values, { each: true }), ArrayUnique(), IsArray()],
  flagOrChoices: ({ values }) => [IsFlagOrChoices(values)],
  integer: ({ min, max }) => [Max(max), Min(min), IsInt()],
  keySet: () => [IsObject()],
  scope: ({ maxLength }) => [MaxLength(maxLength), Matches(scopeValues, { message: scopeMessage })],
};

/** The checks of a member on its own. A request may omit every member; null is accepted where it is the default. */
export function memberChecks(member: ClientMember): PropertyDecorator[] {
  return [
    ...byKind(valueChecks, member),
    ...(member.shown ? [IsShownText({ each: member.kind === 'texts' })] : []),
    member.default === null ? IsOptional() : MayBeAbsent(),
  ];
}
