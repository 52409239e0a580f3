import type { QueryRunner } from 'typeorm';

/** What follows the columns of every new table, so that all tables keep and compare their rows alike. */
export async function tableOptions(runner: QueryRunner): Promise<string> {
  if (runner.connection.options.type === 'mysql') {
    return ` ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=${await exactCollation(runner)}`;
  }
  // Rows lie in the order of their primary key, as in InnoDB, which saves a write and a look-up each.
  return ' WITHOUT ROWID';
}

/**
 * The binary collation that does not pad: with `utf8mb4_bin` the client_id "writer " would find the client "writer".
 * MariaDB and MySQL 8 name it differently.
 */
async function exactCollation(runner: QueryRunner): Promise<string> {
  const known: { name: string }[] = await runner.query(
    "SELECT COLLATION_NAME AS name FROM information_schema.COLLATIONS WHERE COLLATION_NAME IN ('utf8mb4_nopad_bin', 'utf8mb4_0900_bin') ORDER BY COLLATION_NAME DESC",
  );
  const [collation] = known;
  if (!collation) throw new Error('this server has no collation that compares utf8mb4 byte by byte');
  return collation.name;
}
