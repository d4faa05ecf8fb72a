// How many instructions of its own the server may spend on a request: what it spent when the line was
// last changed and some five in a hundred, for libraries and compilers differ a little. A change that
// needs more says here why; one that needs less lowers the line. `goal`: design, Speed.
export const limits = {
    // one resident: 95,700; the reply's head, the row's JSON, one round trip
    r1: { limit: 100500, goal: 55000 },
    // twenty requests: 367,000; libpq hands out each value of each row
    r2: { limit: 385000, goal: 125000 },
    // a request registered: 273,000; the telephone number sealed and hashed, the body read by jansson
    r3: { limit: 287000, goal: 90000 },
    // r1 by a plugin's own C: 92,100; the way to its thread and back
    r5: { limit: 96700 },
};
