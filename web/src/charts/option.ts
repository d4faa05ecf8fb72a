// From figures to what ECharts draws. Colours are those of the page: tokens of styles/charts.css.
import type { EChartsCoreOption } from 'echarts/core';

import type { Figures, Kind } from './types';

export interface Palette { ink: string; soft: string; line: string; paper: string; series: string[]; font: number; family: string }

const SERIES = 6;
const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'roundRect', 'pin'];

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: token('--ink'), soft: token('--ink-soft'), line: token('--line'), paper: token('--paper'),
    series: Array.from({ length: SERIES }, (_, i) => token(`--chart-${i + 1}`)),
    font: parseFloat(style.fontSize) * 0.86, family: style.fontFamily,
  };
}

export const numberOf = (value: number | null | undefined): string =>
  (value === null || value === undefined ? '–' : value.toLocaleString('en-US', { maximumFractionDigits: 1 }));

/** Each value's part of the line's sum: "37.5 %". */
export function partOf(figures: Figures, value: number | null): string {
  const sum = figures.lines[0].values.reduce<number>((all, one) => all + (one ?? 0), 0);
  return sum && value !== null ? `${numberOf((100 * value) / sum)} %` : '';
}

function axes(kind: Kind, figures: Figures, colours: Palette) {
  const label = { color: colours.soft, fontSize: colours.font, fontFamily: colours.family };
  const names = { type: 'category', data: figures.labels, axisTick: { show: false }, inverse: kind === 'share',
    axisLine: { lineStyle: { color: colours.line } }, axisLabel: { ...label, hideOverlap: true } };
  const numbers = { type: 'value', minInterval: figures.unit === '%' ? undefined : 1, splitNumber: 4,
    axisLabel: label, splitLine: { lineStyle: { color: colours.line } } };
  return kind === 'share'
    ? { xAxis: { ...numbers, show: false }, yAxis: { ...names, axisLine: { show: false } } }
    : { xAxis: names, yAxis: numbers };
}

function seriesOf(kind: Kind, figures: Figures, colours: Palette) {
  const label = { show: true, position: 'right', color: colours.ink, fontSize: colours.font,
    formatter: ({ value }: { value: number }) => `${numberOf(value)} ${figures.unit ?? ''}  ${partOf(figures, value)}` };
  return figures.lines.map(({ name, values }, i) => ({
    name, data: values, type: kind === 'line' ? 'line' : 'bar', stack: kind === 'stacked' ? 'all' : undefined,
    barMaxWidth: 28, symbol: SYMBOLS[i % SYMBOLS.length], symbolSize: 7, lineStyle: { width: 2.5 },
    ...(kind === 'share' && { label }),
  }));
}

export function optionOf(kind: Kind, figures: Figures, colours: Palette): EChartsCoreOption {
  const many = figures.lines.length > 1;
  const text = { color: colours.ink, fontSize: colours.font, fontFamily: colours.family };
  return {
    animation: false,
    color: colours.series,
    textStyle: text,
    grid: { left: 4, right: kind === 'share' ? 110 : 12, top: many ? 34 : 12, bottom: 2, outerBoundsMode: 'same', containLabel: true },
    legend: many ? { top: 0, left: 0, textStyle: text, itemHeight: 10, type: 'plain' } : undefined,
    tooltip: { trigger: 'axis', renderMode: 'richText', confine: true, backgroundColor: colours.paper,
      borderColor: colours.line, textStyle: text, axisPointer: { type: kind === 'line' ? 'line' : 'shadow' },
      valueFormatter: (value: number | null) => `${numberOf(value)} ${figures.unit ?? ''}` },
    ...axes(kind, figures, colours),
    series: seriesOf(kind, figures, colours),
  };
}
