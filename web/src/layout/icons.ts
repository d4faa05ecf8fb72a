// Pictures of the menu. A module that is not known here goes by the last one.
import {
  Bell, Briefcase, Coin, Collection, DataAnalysis, DataBoard, Document, Files, FirstAidKit, Food, Grid, HomeFilled,
  House, Key, List, Notebook, OfficeBuilding, Operation, Phone, Position, School, Setting, Stopwatch, Tickets, User,
} from '@element-plus/icons-vue';
import type { Component } from 'vue';

const OF_PART: Record<string, Component> = {
  'admin.admin': Setting, 'station.station': House, 'station.network': OfficeBuilding, 'station.money': Coin,
  'station.intake': Phone, 'station.people': User, 'station.methods': Notebook, 'station.rhythm': Stopwatch,
  'station.modes': FirstAidKit, 'station.model': Grid, 'station.policy': Document,
  'elderly.elderly': House, 'elderly.calls': Phone, 'elderly.care': Briefcase, 'elderly.meals': Food,
  'elderly.people': User, 'elderly.venues': School,
};
const OF_PAGE: Record<string, Component> = {
  '/today': HomeFilled, '/notices': Bell, '/hotline': Phone, '/dispatch': Position, '/report': DataAnalysis, '/reports': DataAnalysis,
  '/dash': DataBoard, '/dashboard': DataBoard, '/screen': DataBoard, '/admin/plugins': Operation,
  '/admin/users': Key, '/admin/audit': Files, '/residents': User,
};

export const iconOfPart = (key: string): Component => OF_PART[key] ?? Collection;
export const iconOfPage = (path: string): Component =>
  OF_PAGE[path] ?? (path.startsWith('/admin') ? Setting : path.startsWith('/report') ? Tickets : List);
