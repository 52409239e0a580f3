/** What Swagger UI holds: maps and lists of Immutable. */
interface Held {
  get(member: string): unknown;
  getIn(path: readonly string[]): unknown;
}
interface Operations {
  readonly size: number;
  filter(isWanted: (operation: Held) => boolean): Operations;
}
interface Tag {
  get(member: 'operations'): Operations;
  set(member: 'operations', operations: Operations): Tag;
}
interface Tags {
  map(change: (tag: Tag, name: string) => Tag): Tags;
  filter(isWanted: (tag: Tag) => boolean): Tags;
}

/**
 * What is left of the operations for what somebody types: those whose tag, path or summary has it, in letters of any case. By itself, Swagger
 * UI looks at the names of tags alone, and at the case. Runs in the browser, which gets its source: it may use nothing of this module.
 */
export function findOperations(tags: Tags, typed: string): Tags {
  const wanted = typed.trim().toLowerCase();
  const has = (text: unknown): boolean => typeof text === 'string' && text.toLowerCase().includes(wanted);
  return tags
    .map((tag, name) =>
      has(name)
        ? tag
        : tag.set(
            'operations',
            tag
              .get('operations')
              .filter(
                (operation) => has(operation.get('path')) || has(operation.getIn(['operation', 'summary'])),
              ),
          ),
    )
    .filter((tag) => tag.get('operations').size > 0);
}
