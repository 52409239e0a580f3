import { Column, type ColumnOptions, PrimaryColumn } from 'typeorm';

/** MySQL hands a bigint out as text; seconds since the epoch fit a number. */
const seconds = {
  to: (value: number | null | undefined) => value,
  from: (value: string | number | null) => (value === null ? null : Number(value)),
};

/** A time: seconds since the epoch, UTC. */
export const Epoch = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'bigint', transformer: seconds, ...options });

/** A time that may not have come. */
export const OptionalEpoch = (): PropertyDecorator => Epoch({ nullable: true });

/** A time-ordered id (UUID, version 7) as primary key. */
export const Id = (): PropertyDecorator => PrimaryColumn({ type: 'varchar', length: 36 });

/** Text whose length has a bound. */
export const Text = (length = 255, options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'varchar', length, ...options });

export const OptionalText = (length = 255): PropertyDecorator => Text(length, { nullable: true });

/** Text of up to 64 KiB. */
export const LongText = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'text', ...options });

/** A JSON value: a list, a plain object, a boolean. */
export const Json = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'simple-json', ...options });

export const Flag = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'boolean', ...options });

export const Count = (options: ColumnOptions = {}): PropertyDecorator => Column({ type: 'int', ...options });

/** A count that may not be known. */
export const OptionalCount = (): PropertyDecorator => Count({ nullable: true });
