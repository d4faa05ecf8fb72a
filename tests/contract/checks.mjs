// The named checks of the schema (core/record/schema.h, x-check), for validators of JSON Schema. Each
// gives true when the value passes; `place` is what the server knows of the caller.
const blank = /^[\u0001-\u0020\u00a0\u3000\u2000-\u200b]*$/u;
const turning = /[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/u;

/** Full-width forms and lower case, as people type them. */
const fold = (text) => [...text].map((char) => {
    const code = char.codePointAt(0);
    if (code === 0x3000) return ' ';
    const ascii = code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : char;
    return /^[\x20-\x7e]$/.test(ascii) ? ascii.toUpperCase() : '?';
}).join('').replace(/^ +| +$/g, '');

function realDate(year, month, day) {
    const date = new Date(Date.UTC(year, month - 1, day));
    date.setUTCFullYear(year);
    return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1;
}

function idDigit(digits) {
    const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    return '10X98765432'[weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0) % 11];
}

/** Resident identity number, GB 11643; 15 digits are of the 1900s. */
function idNumber(value, { today }) {
    let text = fold(value);
    if (/^[0-9]{15}$/.test(text)) {
        text = `${text.slice(0, 6)}19${text.slice(6)}`;
        text += idDigit(text);
    }
    if (!/^[0-9]{17}[0-9X]$/.test(text)) return false;
    const birth = `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`;
    return realDate(...birth.split('-').map(Number)) && birth <= today && idDigit(text) === text[17];
}

function phone(value) {
    let text = fold(value).replace(/[ \-()]/g, '');
    const country = /^(\+86|0086)/.exec(text);
    if (country) {
        text = text.slice(country[0].length);
        if (!/^1[3-9][0-9]{9}$/.test(text) && text[0] !== '0') text = `0${text}`;
        if (text.length < 11) return false;
    }
    return /^1[3-9][0-9]{9}$/.test(text) || /^(010|02[0-9])[2-9][0-9]{7}$/.test(text) ||
        /^0[3-9][0-9]{2}[2-9][0-9]{6,7}$/.test(text) || /^[1-9][0-9]{2,7}$/.test(text);
}

/** Unified social credit code, GB 32100, with the organisation code's own digit, GB 11714. */
function credit(value) {
    const set = '0123456789ABCDEFGHJKLMNPQRTUWXY';
    const text = fold(value);
    if (text.length !== 18 || [...text].some((char) => !set.includes(char))) return false;
    if (!/^[0-9]{6}$/.test(text.slice(2, 8))) return false;
    let weight = 1, sum = 0;
    for (const char of text.slice(0, 17)) {
        sum += set.indexOf(char) * weight;
        weight = weight * 3 % 31;
    }
    if (set[(31 - sum % 31) % 31] !== text[17]) return false;
    const code = text.slice(8, 17);
    const own = [3, 7, 9, 10, 5, 8, 4, 2].reduce((total, w, i) =>
        total + w * (/[0-9]/.test(code[i]) ? Number(code[i]) : code.charCodeAt(i) - 55), 0);
    return '0X987654321'[own % 11] === code[8];
}

const units = (text, scale) => {
    const [whole, part = ''] = text.replace('-', '').split('.');
    return BigInt(`${text[0] === '-' ? '-' : ''}${whole}${part.padEnd(scale, '0')}`);
};

const checks = {
    text: (value) => !blank.test(value) && !turning.test(value),
    'cn-id18': idNumber,
    'cn-phone': phone,
    'cn-uscc': credit,
    'not-future': (value, { today, now }) => (value.includes('T') || value.includes('t')
        ? Date.parse(value) <= now + 60_000 : value <= today),
    county: (value, { county }) => value.startsWith(String(county)),
    within: (value, { scope }) => value >= scope[0] && value < scope[1],
    decimal: (value, place, { scale, min, max }) => {
        if (!/^-?[0-9]+([.][0-9]+)?$/.test(value)) return true; // the pattern says so already
        const n = units(value, scale);
        return n >= units(min, scale) && n <= units(max, scale);
    },
    uuid7: (value) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(value),
};

/** Teaches an ajv the keyword x-check. */
export function addChecks(ajv, place) {
    ajv.addKeyword({ keyword: 'x-ui' });
    ajv.addKeyword({
        keyword: 'x-check',
        type: 'string',
        validate: (names, value, parent) =>
            names.every((name) => checks[name](value, place, parent['x-ui'] ?? {})),
    });
    return ajv;
}
