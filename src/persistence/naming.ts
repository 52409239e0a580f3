import { DefaultNamingStrategy } from 'typeorm';

/** The column of a property: `grantType` is kept in `grant_type`. */
export function columnNameOf(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Columns are snake_case in the database and camelCase in the entities. */
export class SnakeCaseNaming extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string | undefined): string {
    return customName ?? columnNameOf(propertyName);
  }
}
