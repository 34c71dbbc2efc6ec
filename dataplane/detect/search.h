/* search: one literal in one buffer, for confirmation of candidates.
 *
 * Compares first and last byte of the pattern sixteen places at a time, the rest only where both fit; linear for
 * the short buffers it is meant for, at worst O(len * pattern). The pattern of a nocase search is lower case already.
 * What it costs is counted: a step for sixteen places, and for sixteen bytes compared at one of them, byte by byte two.
 */
#ifndef HG_DETECT_SEARCH_H
#define HG_DETECT_SEARCH_H

#include "base/span.h"

/* Offset of the first occurrence in hay at or after from; SIZE_MAX: none. pattern.len >= 1. Adds to *steps. */
size_t hg_search(struct hg_span hay, size_t from, struct hg_span pattern, bool nocase, uint64_t *steps);

#endif
