// The rules of the house that a script can check. Prints `file:line: rule` and ends with 1 when any is
// broken. A line that ends in `/* lint: reason */` is excused from the line rules.
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

const LINE_MAX = 100;
const FILE_MAX = 600;
const FUNCTION_MAX = 100;

const faults = [];
const fault = (file, line, text) => faults.push(`${file}:${line}: ${text}`);

// Layers from the ground up; a file may include what stands on its own level or below.
const LEVEL = {
    base: 0, include: 0, json: 1, crypto: 1, db: 1, call: 2, tenant: 3, iam: 3, audit: 3, sheet: 3,
    file: 3.5, job: 3.6, notice: 3.7, record: 4, report: 5, station: 5, plugin: 5, http: 6,
};
const PROCESSES = 7;
// Standing on nothing: generated data.
const GROUND = ['pinyin_data.h', 'passwords_data.h'];

const LIBRARY = [
    [/^(libpq-fe|libpq-events|postgres_ext)\.h$/, 'db'],
    [/^microhttpd\.h$/, 'http'],
    [/^jansson\.h$/, 'json'],
    [/^openssl\//, 'crypto'],
    [/^expat\.h$/, 'sheet'],
    [/^zlib\.h$/, 'sheet'],
    [/^curl\//, 'notice'],
];

const FORBIDDEN = /\b(sprintf|vsprintf|strcpy|strcat|gets|strtok|atoi)\s*\(/;
const RAW_MEMORY = /(?<![\w.>])(malloc|calloc|realloc|free)\s*\(/;
const EXEC = /\bPQexec\s*\(\s*[^,]+,\s*(?!")/;

const folderOf = (file) => /^core\/([^/]+)\//.exec(file)?.[1];
const levelOf = (file) => {
    if (GROUND.includes(file.replace(/^core\//, ''))) return 0;
    const folder = folderOf(file);
    return folder ? LEVEL[folder] ?? PROCESSES : PROCESSES;
};

/** The text with comments and the insides of strings blanked, line structure kept. */
function bare(text) {
    return text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (found) =>
        found[0] === '/' ? found.replace(/[^\n]/g, ' ')
            : found[0] + ' '.repeat(Math.max(0, found.length - 2)) + found[0]);
}

function includes(file, line, number) {
    const found = /^\s*#\s*include\s*([<"])([^>"]+)/.exec(line);
    if (!found) return;
    const [, mark, name] = found;
    for (const [pattern, folder] of LIBRARY)
        if (pattern.test(name) && folderOf(file) !== folder)
            fault(file, number, `${name} may be included in core/${folder} only`);
    if (!file.startsWith('core/')) {
        if (file.startsWith('plugins/') && name.includes('/') && !/^(wulian|sys)\//.test(name))
            fault(file, number, `a plugin sees <wulian/…> and libc only, not ${name}`);
        return;
    }
    if (mark === '"' && levelOf(`core/${name}`) > levelOf(file))
        fault(file, number, `includes upward: ${name}`);
}

function lines(file, text, code) {
    const source = text.split('\n');
    const blank = code.split('\n');
    source.forEach((line, i) => {
        const number = i + 1;
        if ([...line].length > LINE_MAX) fault(file, number, `longer than ${LINE_MAX} columns`);
        if (/\t/.test(line)) fault(file, number, 'tab');
        if (/[ \t]$/.test(line)) fault(file, number, 'trailing space');
        if (/\/\* lint: \S.*\*\/$/.test(line)) return;
        includes(file, line, number);
        const call = FORBIDDEN.exec(blank[i]);
        if (call) fault(file, number, `${call[1]} is not used here`);
        if (folderOf(file) !== 'base' && !file.startsWith('tests/')) {
            const raw = RAW_MEMORY.exec(blank[i]);
            if (raw) fault(file, number, `raw ${raw[1]} outside core/base`);
        }
        if (EXEC.test(blank[i])) fault(file, number, 'PQexec of something else than a literal');
    });
    // the piece after the last newline is empty
    if (source.length - 1 > FILE_MAX) fault(file, FILE_MAX, `longer than ${FILE_MAX} lines`);
}

// A function starts with a brace in column 0 after a parameter list and ends with one; tables
// (`= {`) and big switches are not measured by it.
const sizes = [];
function functions(file, code) {
    const source = code.split('\n');
    let start = -1;
    source.forEach((line, i) => {
        if (line === '{') start = i;
        if (line === '}' && start >= 0) {
            const size = i - start - 1;
            const body = source.slice(start, i).join('\n');
            sizes.push(size);
            if (size > FUNCTION_MAX && !/^ {4}switch /m.test(body))
                fault(file, start + 1, `function of ${size} lines, more than ${FUNCTION_MAX}`);
            start = -1;
        }
    });
}

// not asked of git, which a copy of the tree may lack
const files = execFileSync('find', ['core', 'plugins', 'tests/unit', 'tests/plugins', '-name', '*.[ch]'],
    { encoding: 'utf8' }).trim().split('\n').sort();
for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const code = bare(text);
    lines(file, text, code);
    functions(file, code);
}

// Chinese texts take Chinese punctuation; a sign of a format between latin letters stays.
const HALF_WIDTH = /[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]/;
function messages(file) {
    readFileSync(file, 'utf8').split('\n').forEach((line, i) => {
        const found = /^\s*"[^"]+":\s*"((?:\\.|[^"\\])*)"/.exec(line);
        if (found && HALF_WIDTH.test(found[1]))
            fault(file, i + 1, 'half-width punctuation in a Chinese text');
    });
}
for (const file of execFileSync('find', ['core', 'plugins', 'tests/plugins', '-name',
    'zh-CN.json'], { encoding: 'utf8' }).trim().split('\n').sort())
    messages(file);

sizes.sort((a, b) => a - b);
const at = (share) => sizes[Math.floor(sizes.length * share)] ?? 0;
console.log(`lint: ${files.length} files, ${sizes.length} functions: median ${at(0.5)} lines, ` +
    `p90 ${at(0.9)}, longest ${sizes.at(-1) ?? 0}`);
for (const text of faults) console.log(text);
process.exit(faults.length ? 1 : 0);
