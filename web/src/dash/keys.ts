// Which of the reports' indicators a county or a station is led by. One whose service is off is left out
// by the server.
export const KEYS = ['M04', 'M05', 'M08', 'M09', 'M10', 'M11', 'M13', 'M27N'];
/** M01: who was open at all. */
export const BY_TOWNSHIP = ['M01', ...KEYS];
export const MONTHS = 12;
