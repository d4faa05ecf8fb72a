// The rows behind a number of this month, as the report's drawer opens them.
import { month, reportOf, type Series } from '@/charts/series';
import { query } from '@/api/client';
import type { Indicator } from '@/report/types';

export const behind = ({ code, label, unit }: Series, township?: string): Indicator => ({ code, label, unit, value: 0,
  by_kind: [], by_township: [],
  rows: `/api/v1/reports/${reportOf()}/${code}${query({ period: month(), township: township?.slice(0, 9) })}` });
