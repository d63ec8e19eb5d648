import { MaskwireError } from '../errors.js';
import type { ImageResolvers, MaskCandidateResolvers, MaskResolvers, ModelResolvers } from '../generated/resolvers.js';

const MAX_TOLERANCE = 100;
const MIN_THUMBNAIL = 16;
const MAX_THUMBNAIL = 1024;

export const MaskCandidate: MaskCandidateResolvers = { mask: ({ rle }) => rle };

// The context is what asks for forms: each operation has its own, so that a query over a whole session does not delay its
// sender's subscriptions.
export const Mask: MaskResolvers = {
  rle: (rle) => rle,
  polygons: (rle, { tolerance }, context) => context.representations.polygons(rle, checkTolerance(tolerance), context),
  svgPath: (rle, { tolerance }, context) => context.representations.svgPath(rle, checkTolerance(tolerance), context),
  png: (rle, _args, context) => context.representations.png(rle, context),
};

export const Model: ModelResolvers = { isDefault: ({ id }, _args, { sessions }) => sessions.model(null).id === id };

export const Image: ImageResolvers = {
  url: ({ id }) => `/images/${id}`,
  thumbnailUrl: ({ id }, { longestSide }) => {
    if (longestSide < MIN_THUMBNAIL || longestSide > MAX_THUMBNAIL) {
      throw new MaskwireError(
        'BAD_USER_INPUT',
        `longestSide: expected ${MIN_THUMBNAIL} to ${MAX_THUMBNAIL}, got ${longestSide}.`,
      );
    }
    return `/images/${id}/thumbnail?size=${longestSide}`;
  },
};

function checkTolerance(tolerance: number): number {
  if (!(tolerance >= 0 && tolerance <= MAX_TOLERANCE)) {
    throw new MaskwireError('BAD_USER_INPUT', `tolerance: expected 0 to ${MAX_TOLERANCE} pixels, got ${tolerance}.`);
  }
  return tolerance;
}
