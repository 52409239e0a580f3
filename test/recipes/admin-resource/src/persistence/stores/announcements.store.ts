import { Injectable } from '@nestjs/common';
import { type EntityManager, MoreThan } from 'typeorm';
import { Database } from '../database.js';
import { Announcement } from '../entities/announcement.entity.js';
import { type Page, type PageRequest, toPage } from '../page.js';

@Injectable()
export class AnnouncementsStore {
  constructor(private readonly database: Database) {}

  async list({ after, limit }: PageRequest): Promise<Page<Announcement>> {
    const announcements = await this.database.read.find(Announcement, {
      where: after ? { id: MoreThan(after) } : {},
      order: { id: 'ASC' },
      take: limit + 1,
    });
    return toPage(announcements, limit);
  }

  async insert(tx: EntityManager, announcement: Announcement): Promise<void> {
    await tx.insert(Announcement, announcement);
  }
}
