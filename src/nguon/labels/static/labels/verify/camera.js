// Reads a code with the camera, where the browser can (BarcodeDetector); on tap only.

const FORMATS = ["qr_code", "data_matrix", "code_128"];

export async function canScan() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return false;
  const known = await BarcodeDetector.getSupportedFormats().catch(() => []);
  return known.includes("qr_code");
}

// Shows the camera in `video` until a code is read (resolves to it) or `signal` is aborted ("").
export async function scan(video, signal) {
  const known = await BarcodeDetector.getSupportedFormats();
  const detector = new BarcodeDetector({ formats: FORMATS.filter((name) => known.includes(name)) });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.srcObject = stream;
  try {
    await video.play();
    while (!signal.aborted) {
      const codes = await detector.detect(video).catch(() => []);
      if (codes.length) return codes[0].rawValue;
      await new Promise((next) => setTimeout(next, 150));
    }
    return "";
  } finally {
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  }
}
