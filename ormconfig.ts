// The data source for the TypeORM command line. Node.js runs it compiled, against the database of DATABASE_URL:
//
//   npm run build
//   npx typeorm migration:show -d dist/ormconfig.js
//   npx typeorm query 'SELECT name FROM migrations' -d dist/ormconfig.js
//
// Pending migrations are run by `npm run eyrie -- migrate`, which takes the lock that replicas wait for.
export { default } from './src/ormconfig.js';
