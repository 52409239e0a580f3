import { IsOptional, IsUrl, MaxLength, ValidateIf } from 'class-validator';

/** A field that may be omitted, but not be null. */
export const MayBeAbsent = (): PropertyDecorator => ValidateIf((_object, value) => value !== undefined);

/** The URL of a web page or image, or null. */
export const IsWebAddress = (): PropertyDecorator => (target, property) => {
  const ofTheWeb = { protocols: ['https', 'http'], require_protocol: true, require_tld: false };
  const message = '$property must be an http or https URL of up to 2048 characters';
  IsOptional()(target, property);
  IsUrl({ ...ofTheWeb, disallow_auth: true, validate_length: false }, { message })(target, property);
  MaxLength(2_048, { message })(target, property);
};
