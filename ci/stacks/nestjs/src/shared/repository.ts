import { setTimeout } from 'node:timers/promises';

/** What a database would do, in memory: every call takes a moment, and ids are given out in order. */
export class Repository<Row extends { id: number | string }> {
  private readonly rows = new Map<Row['id'], Row>();
  private count = 0;

  constructor(private readonly idOf: (count: number) => Row['id']) {}

  async insert(row: Omit<Row, 'id'>): Promise<Row> {
    await setTimeout(1);
    const id = this.idOf(++this.count);
    const stored = { id, ...row } as Row;
    this.rows.set(id, stored);
    return stored;
  }

  async findOne(id: Row['id']): Promise<Row | undefined> {
    await setTimeout(1);
    return this.rows.get(id);
  }

  async find(matches: (row: Row) => boolean): Promise<Row[]> {
    await setTimeout(1);
    return [...this.rows.values()].filter(matches);
  }

  async delete(id: Row['id']): Promise<void> {
    await setTimeout(1);
    this.rows.delete(id);
  }
}
