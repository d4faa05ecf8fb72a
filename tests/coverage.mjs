// Which test shows which need of the field. A test names the needs it shows at the end of its title,
// "… [K23 P04]"; here they are listed, and what no test shows is a fault.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TITLE = /\b(?:test|it)\(\s*(['"`])((?:(?!\1)[^\\]|\\.)*)\1/g;
const NAMED = /\[((?:(?:K|P|E|CH|A|G)\d\d ?)+)\]$/;

/** What the stations' common work and the services have to show. */
export const NEEDS = {
    K01: 'three-level network: stations and rooms', K02: 'coverage of townships and villages',
    K03: 'star rating', K04: 'demonstration sites with a plan of their own',
    K05: 'standards a station must meet', K06: 'rooms of a station', K07: 'entity operation of all',
    K08: 'government purchase by contract', K09: 'special funds', K10: 'workers against the standard',
    K11: 'open 365 days', K12: 'demand survey and casework', K13: 'training and continuing education',
    K14: 'register of professionals', K15: 'certificates and examinations', K16: 'interns',
    K17: 'professional and administrative work time', K18: 'policy library with versions',
    K19: 'the model coding on every service', K20: 'leadership group',
    K21: 'weekly dispatch, monthly supervision, major matters', K22: 'layered management',
    K23: 'hotline 民政110', K24: 'electric motorbikes', K25: 'known worker, contact card',
    K26: 'brand plans', K27: 'campaign calendar', K28: 'shared sites', K29: 'talent plan',
    K30: 'professional, localised', K31: 'long-term funds', K32: 'a single way in',
    K33: 'satisfaction', K34: 'plan targets', K35: 'universal beside targeted services',
    K36: 'the model improves', K37: 'key work of the year', K38: 'direct line to the worker on duty',
    P01: 'vetted bulletins', P02: 'prevention publicity', P03: 'incomers counted',
    P04: 'isolation register', P05: 'work modes of staff', P06: 'online groups by theme',
    P07: 'counselling', P08: 'linkage between departments', P09: 'cadres mobilised',
    P10: 'joint conferences', P11: 'incidents and emergency plans', P12: 'essential services go on',
    E01: 'lunch to the door', E02: 'meals by ability and diet', E03: 'wellbeing check at the door',
    E04: 'delivery in extreme heat', E05: 'every meal of empty-nest elders', E06: 'daily greeting calls',
    E07: 'entertainment shared online', E08: 'medicine fetched, with the empty bottle as sample',
    E09: 'groceries bought', E10: 'a doctor sent to the home',
    E11: 'day-care centres and happiness homes, one worker and many venues',
    E12: 'elder-care complex', E13: 'group reception suspended, online and doorstep instead',
    E14: 'staff on post every day', E15: 'elders living alone watched first',
    E16: 'great age alone, bereaved of the only child', E17: 'fund planned anew as monthly activities',
    E18: 'loneliness before and after', E19: 'what residents of homes ask for',
    E20: 'services at homes and centres', E21: 'needs passed on, with feedback',
    E22: 'brand plan 银龄关爱',
};

function* testFiles(dir) {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
        if (entry.name === 'node_modules') continue;
        const path = join(dir, entry.name);
        if (entry.isDirectory()) yield* testFiles(path);
        else if (entry.name.endsWith('.test.mjs')) yield path;
    }
}

/** { need: ["file: title", …] } of every test of the project. */
export function shown() {
    const by = {};
    for (const dir of ['tests', 'plugins'])
        for (const path of testFiles(join(ROOT, dir)))
            for (const [, , title] of readFileSync(path, 'utf8').matchAll(TITLE)) {
                const [, needs = ''] = NAMED.exec(title) ?? [];
                for (const need of needs.split(' ').filter(Boolean))
                    (by[need] ??= []).push(`${relative(ROOT, path)}: ${title.replace(NAMED, '').trim()}`);
            }
    return by;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const by = shown();
    for (const [need, text] of Object.entries(NEEDS))
        console.log([`${need} ${text}`, ...(by[need] ?? ['— no test']).map((line) => `    ${line}`)].join('\n'));
}
