import { DefaultNamingStrategy } from 'typeorm';

/** The column of a property: `grantType` is kept in `grant_type`. */
export function columnNameOf(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

type ColumnName<Property extends string> = Property extends `${infer Letter}${infer Rest}`
  ? `${Letter extends Lowercase<Letter> ? Letter : `_${Lowercase<Letter>}`}${ColumnName<Rest>}`
  : '';

/**
 * A row of a plain SELECT of a type's columns: `clientId` is in `client_id`, a name that needs quotes in no database. Whether something
 * is so comes as `true` or as 1.
 */
export type RowOf<Type> = {
  readonly [Property in keyof Type & string as ColumnName<Property>]: Type[Property] extends boolean
    ? boolean | number
    : Type[Property];
};

/** Columns are snake_case in the database and camelCase in the entities. */
export class SnakeCaseNaming extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string | undefined): string {
    return customName ?? columnNameOf(propertyName);
  }
}
