import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Changes } from '../audit/changes.js';
import { endpoints } from '../config/endpoints.js';
import { newId } from '../persistence/id.js';
import { AnnouncementsStore } from '../persistence/stores/announcements.store.js';
import { Actor, AdminRead, AdminWrite } from '../resource/admin-api.js';
import { PageQuery, toPageDto } from '../resource/paging.dto.js';
import {
  AnnouncementDto,
  AnnouncementsPageDto,
  CreateAnnouncementDto,
  toAnnouncementDto,
} from './announcements.dto.js';

/** The admin API for announcements. For administrators and service clients. */
@ApiTags('Announcements')
@Controller(`${endpoints.admin}/announcements`)
export class AnnouncementsAdminController {
  constructor(
    private readonly store: AnnouncementsStore,
    private readonly changes: Changes,
  ) {}

  @Post()
  @AdminWrite('resources', { summary: 'Announce something', status: 201, returns: AnnouncementDto })
  async createAnnouncement(
    @Body() { text }: CreateAnnouncementDto,
    @Actor() actor: string,
  ): Promise<AnnouncementDto> {
    const id = newId();
    const created = await this.changes.change(
      { event: 'announcement.created', actor, detail: { id } },
      async (tx, now) => {
        const announcement = { id, text, createdAt: now };
        await this.store.insert(tx, announcement);
        return announcement;
      },
    );
    return toAnnouncementDto(created);
  }

  @Get()
  @AdminRead('resources', { summary: 'List announcements, oldest first', returns: AnnouncementsPageDto })
  async listAnnouncements(@Query() page: PageQuery): Promise<AnnouncementsPageDto> {
    return toPageDto(await this.store.list(page), toAnnouncementDto);
  }
}
