/** Groups of one person; what is beyond is not believed to be all. */
export const maxGroups = 1_000;
/** Groups within groups that are followed upwards from those that somebody is a member of. */
export const maxNestedLevels = 10;
