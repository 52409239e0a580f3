import {
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { byKind, type ByKind, type ClientMember } from '../protocol/client-metadata/member.js';
import { HasKeys } from './key-set-field.js';
import { scopeValues } from '../protocol/scope.js';
import {
  HasLength,
  IsFlagOrChoices,
  IsShownText,
  IsTexts,
  IsWebAddress,
  MayBeAbsent,
  type TextsBounds,
} from '../resource/field-checks.js';

/** Limits of a list of texts. */
export const textsBounds: TextsBounds = { minLength: 1, maxLength: 2_048, maxItems: 100 };

const scopeMessage = '$property must be scope values separated by single spaces (RFC 6749 §3.3)';

/** `#rrggbb` */
export const colorPattern = /^#[\da-fA-F]{6}$/;

/** What class-validator checks of a value of each kind. */
const valueChecks: ByKind<PropertyDecorator[]> = {
  text: ({ maxLength }) => [HasLength(1, maxLength), IsString()],
  webAddress: () => [IsWebAddress()],
  color: () => [Matches(colorPattern, { message: '$property must be a colour such as #0d5a66' })],
  flag: () => [IsBoolean()],
  choice: ({ values }) => [IsIn(values)],
  texts: () => [IsTexts(textsBounds)],
  choices: ({ values }) => [IsIn(values, { each: true }), ArrayUnique(), IsArray()],
  flagOrChoices: ({ values }) => [IsFlagOrChoices(values)],
  integer: ({ min, max }) => [Max(max), Min(min), IsInt()],
  keySet: () => [IsObject(), HasKeys()],
  scope: ({ maxLength }) => [HasLength(0, maxLength), Matches(scopeValues, { message: scopeMessage })],
};

/** The checks of a member on its own. A request may omit every member; null is accepted where it is the default. */
export function memberChecks(member: ClientMember): PropertyDecorator[] {
  return [
    ...byKind(valueChecks, member),
    ...(member.shown ? [IsShownText({ each: member.kind === 'texts' })] : []),
    member.default === null ? IsOptional() : MayBeAbsent(),
  ];
}
