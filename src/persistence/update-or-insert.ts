/**
 * Updates a row, or inserts it if there is none. If another transaction inserts the row in between, that row is updated.
 * @param update returns how many rows it touched
 * @param insertIfAbsent returns whether it inserted the row
 */
export async function updateOrInsert(
  update: () => Promise<number>,
  insertIfAbsent: () => Promise<boolean>,
): Promise<void> {
  if ((await update()) > 0) return;
  if (!(await insertIfAbsent())) await update();
}
