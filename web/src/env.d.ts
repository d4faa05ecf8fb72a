/** Of this build: package.json's. */
declare const __VERSION__: string;
