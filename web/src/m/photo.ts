// A photo as it goes over a thin line: drawn anew on a canvas, the right way up, so that nothing of the camera
// (place, time, device) comes along, and smaller until it is small enough.
const MOST_BYTES = 300 * 1000;
const SIDES = [1600, 1280, 1024, 800, 640];
const QUALITIES = [0.85, 0.7, 0.55];

function pictureOf(file: Blob): Promise<HTMLImageElement> {
  const picture = new Image();
  const address = URL.createObjectURL(file);
  const done = () => URL.revokeObjectURL(address);
  return new Promise((given, failed) => {
    picture.onload = () => { done(); given(picture); };
    picture.onerror = () => { done(); failed(new Error('no picture')); };
    picture.src = address;
  });
}

const jpegOf = (canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> =>
  new Promise((given) => { canvas.toBlob(given, 'image/jpeg', quality); });

function drawn(picture: HTMLImageElement, side: number): HTMLCanvasElement {
  const scale = Math.min(1, side / Math.max(picture.naturalWidth, picture.naturalHeight));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
  const pen = canvas.getContext('2d')!;
  pen.fillStyle = '#fff'; // what a picture leaves clear would turn black
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** A JPEG of at most 300 kB of this picture; null when the file is none. */
export async function shrunk(file: Blob): Promise<File | null> {
  const picture = await pictureOf(file).catch(() => null);
  if (!picture) return null;
  for (const side of SIDES)
    for (const quality of QUALITIES) {
      const jpeg = await jpegOf(drawn(picture, side), quality);
      if (jpeg && jpeg.size <= MOST_BYTES) return new File([jpeg], 'photo.jpg', { type: 'image/jpeg' });
    }
  return null;
}
