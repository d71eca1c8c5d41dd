/// <reference types="vite/client" />

/** How long the shipped weights are; vite.config.js knows it. */
declare const WEIGHT_BYTES: number;
