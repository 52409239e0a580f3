import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { processSettings } from './config/settings.js';
import { dataSourceOptions } from './persistence/data-source-options.js';

/** The configured database, for the TypeORM command line; see `ormconfig.ts` beside package.json. */
export default new DataSource(dataSourceOptions(processSettings().database, 'migration'));
