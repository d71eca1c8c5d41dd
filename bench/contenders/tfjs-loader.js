/** Lets Node load the files of tfjs-core's dist/: ES modules in a package that does not say so, imported without `.js`. */

const inCore = (url) => url?.includes('/@tensorflow/tfjs-core/dist/') && !url.endsWith('.node.js');

export function resolve(specifier, context, next) {
  const bare = inCore(context.parentURL) && specifier.startsWith('.') && !specifier.endsWith('.js');
  return next(bare ? `${specifier}.js` : specifier, context);
}

export function load(url, context, next) {
  return next(url, inCore(url) ? { ...context, format: 'module' } : context);
}
