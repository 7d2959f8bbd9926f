// The logo in the launcher: two points drawn together, one pushed away. Drawn here, so that no image file is needed.

import { deflateSync } from "node:zlib";

/** The logo as SVG. */
export const logoSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<rect width="64" height="64" rx="12" fill="#14324a"/>
<line x1="20" y1="42" x2="34" y2="28" stroke="#7fd1c7" stroke-width="5"/>
<circle cx="20" cy="42" r="9" fill="#7fd1c7"/><circle cx="34" cy="28" r="9" fill="#7fd1c7"/>
<circle cx="50" cy="13" r="6" fill="#ff9d6c"/>
</svg>
`;

const BACK = [0x14, 0x32, 0x4a, 255] as const;
const NEAR = [0x7f, 0xd1, 0xc7, 255] as const;
const FAR = [0xff, 0x9d, 0x6c, 255] as const;

function colourAt(x: number, y: number): readonly number[] {
  const within = (cx: number, cy: number, r: number): boolean => (x - cx) ** 2 + (y - cy) ** 2 <= r * r;
  if (within(50, 13, 6)) return FAR;
  const onLine = Math.abs(x + y - 62) < 3.6 && x > 20 && x < 34;
  if (within(20, 42, 9) || within(34, 28, 9) || onLine) return NEAR;
  const [dx, dy] = [Math.max(12 - x, x - 52, 0), Math.max(12 - y, y - 52, 0)];
  return dx * dx + dy * dy <= 144 ? BACK : [0, 0, 0, 0];
}

/** The logo as PNG of `size` x `size` pixels. */
export function logoPng(size: number): Buffer {
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      rows.set(
        colourAt(((column + 0.5) * 64) / size, ((row + 0.5) * 64) / size),
        row * (size * 4 + 1) + 1 + column * 4,
      );
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const parts = [chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...parts]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crcOf(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function crcOf(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
