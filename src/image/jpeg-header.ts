// What a JPEG says about itself, read by walking its markers without decoding anything:
// size, colour, EXIF, and whether the file is whole. Layout: ITU-T T.81, annex B; the Adobe marker: Adobe technical
// note 5116; the EXIF block: CIPA DC-008.

/** A frame header (SOFn marker). */
export interface JpegFrame {
  /**
   * 0 baseline, 1 extended, 2 progressive; 3 and up are kinds that hardly anyone writes (lossless, arithmetic, ...).
   */
  readonly kind: number;
  readonly precision: number;
  readonly width: number;
  readonly height: number;
  /** One per colour component, as the file numbers them. */
  readonly componentIds: readonly number[];
}

export interface JpegHeader {
  readonly frames: readonly JpegFrame[];
  /** The colour transform of the Adobe marker (0 none, 1 YCbCr, 2 YCCK); null without the marker. */
  readonly adobeTransform: number | null;
  readonly hasJfif: boolean;
  /** The TIFF part of the first EXIF block. */
  readonly exif: Uint8Array | null;
  /** Whether the file goes on to its EOI marker. */
  readonly complete: boolean;
}

const SOI = 0xd8;
const EOI = 0xd9;

/**
 * Reads the markers of a JPEG, as far as the bytes go. Never throws: a broken file gives what was found before the
 * break.
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  const frames: JpegFrame[] = [];
  let adobeTransform: number | null = null;
  let hasJfif = false;
  let exif: Uint8Array | null = null;
  let complete = false;

  let at = 2;
  while (at < bytes.length) {
    at = nextMarker(bytes, at);
    const marker = bytes[at + 1];
    at += 2;
    if (marker === EOI) complete = true;
    if (marker === undefined || marker === EOI) break;
    if (marker === SOI || isStandalone(marker)) continue;

    const end = at + (bytes[at] << 8) + bytes[at + 1];
    if (!(end >= at + 2 && end <= bytes.length)) break;
    const segment = bytes.subarray(at + 2, end);
    if (isFrame(marker)) frames.push(readFrame(marker, segment));
    else if (marker === 0xe0 && startsWith(segment, 'JFIF\0')) hasJfif = true;
    else if (marker === 0xe1 && startsWith(segment, 'Exif\0')) exif ??= segment.subarray(6);
    else if (marker === 0xee && startsWith(segment, 'Adobe')) adobeTransform = segment[11] ?? null;
    at = end;
  }
  return { frames, adobeTransform, hasJfif, exif, complete };
}

/**
 * The offset of the next marker's 0xff at or after `at`. Compressed data is passed over: in it 0xff is followed by 0 or
 * by a restart marker.
 */
function nextMarker(bytes: Uint8Array, at: number): number {
  for (; at < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1];
    if (next !== 0 && next !== 0xff && !isStandalone(next)) return at;
  }
  return at;
}

/** Restart markers and TEM: two bytes, nothing behind them. */
function isStandalone(marker: number): boolean {
  return (marker >= 0xd0 && marker <= 0xd7) || marker === 0x01;
}

/** SOF0 .. SOF15, except the three codes between them that mean something else (DHT, JPG, DAC). */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readFrame(marker: number, segment: Uint8Array): JpegFrame {
  const [precision = 0, h1 = 0, h0 = 0, w1 = 0, w0 = 0, count = 0] = segment;
  const componentIds = Array.from({ length: count }, (_, i) => segment[6 + 3 * i] ?? 0);
  return { kind: marker - 0xc0, precision, width: (w1 << 8) + w0, height: (h1 << 8) + h0, componentIds };
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Array.from(text).every((character, i) => bytes[i] === character.charCodeAt(0));
}
