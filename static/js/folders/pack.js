// A folder as one zip, made in the browser without compressing (pictures are compressed already), so that the server
// reads folders and zips alike. Files stay on disk: only one at a time is read, for its checksum.
const TABLE = new Uint32Array(256).map((_zero, n) => {
  for (let bit = 0; bit < 8; bit += 1) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

function checksum(bytes) {
  let sum = 0xffffffff;
  for (let at = 0; at < bytes.length; at += 1) sum = TABLE[(sum ^ bytes[at]) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

function record(size, fields) {
  const view = new DataView(new ArrayBuffer(size));
  for (const [at, width, value] of fields) {
    if (width === 4) view.setUint32(at, value, true);
    else view.setUint16(at, value, true);
  }
  return view;
}

const UTF8_NAMES = 0x0800;

/** files: [{file, path}] -> Blob; tell(done, of) on the way. */
export async function pack(files, tell) {
  const parts = [];
  const index = [];
  let offset = 0;
  for (const [n, { file, path }] of files.entries()) {
    tell(n, files.length);
    const name = new TextEncoder().encode(path);
    const sum = checksum(new Uint8Array(await file.arrayBuffer()));
    const common = [
      [0, 2, 20],
      [2, 2, UTF8_NAMES],
      [10, 4, sum],
      [14, 4, file.size],
      [18, 4, file.size],
      [22, 2, name.length],
    ];
    const moved = (by) => common.map(([at, width, value]) => [at + by, width, value]);
    parts.push(record(30, [[0, 4, 0x04034b50], ...moved(4)]), name, file);
    index.push(record(46, [[0, 4, 0x02014b50], [4, 2, 20], ...moved(6), [42, 4, offset]]), name);
    offset += 30 + name.length + file.size;
  }
  const size = index.reduce((sum, part) => sum + part.byteLength, 0);
  const end = record(22, [
    [0, 4, 0x06054b50],
    [8, 2, files.length],
    [10, 2, files.length],
    [12, 4, size],
    [16, 4, offset],
  ]);
  return new Blob([...parts, ...index, end], { type: "application/zip" });
}
