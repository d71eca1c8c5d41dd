/** What the browser computes on. */
/* global document, navigator */

function webglAdapter() {
  const context = document.createElement('canvas').getContext('webgl2');
  if (!context) return null;
  const names = context.getExtension('WEBGL_debug_renderer_info');
  const renderer = context.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : context.RENDERER);
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return renderer;
}

async function webgpuAdapter() {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) return null;
  const { vendor, architecture, device, description } = adapter.info;
  return [vendor, architecture, device, description].filter((part) => part).join(' ') || 'unnamed';
}

/** @returns {Promise<{ webgl: string | null, webgpu: string | null }>} names; null where there is none */
export async function adapters() {
  return { webgl: webglAdapter(), webgpu: await webgpuAdapter().catch(() => null) };
}
