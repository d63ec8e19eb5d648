import sharp from 'sharp';

// Only the loaders of the accepted formats stay open, so that no other parser (SVG, raw camera files, animation
// formats) ever sees bytes from outside. GIF is read by libnsgif; AVIF is read by libheif, which is built without HEVC.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
    'VipsForeignLoadHeif',
    'VipsForeignLoadTiff',
    'VipsForeignLoadNsgif',
  ],
});

// The serving process shares its cores with inference: an image takes one thread, and Gate says how many images
// run at once. libvips' cache of operations would hold decoded pixels and answer from files that have been replaced.
sharp.concurrency(1);
sharp.cache(false);

export { sharp };
