/* Shared by the files of deflate alone. */
#ifndef HG_APP_DEFLATE_INT_H
#define HG_APP_DEFLATE_INT_H

#include "app/deflate.h"

/* A table is asked with the next bits of the stream; longer codes go on in a part of their own behind the first 2^bits entries.
 * An entry: bits 0-7 what is used up (code and extra bits), 8-11 the code's length, or the bits that ask the further part;
 * 12-15 what it is, 16-31 a literal, the least length or distance, or where the further part begins. */
enum {
	HG_DEFLATE_LITERAL = 1u << 12,
	HG_DEFLATE_PART = 1u << 13,
	HG_DEFLATE_STOP = 1u << 14,  /* the end of a block */
	HG_DEFLATE_FAULT = 1u << 15, /* no code begins so */
	HG_DEFLATE_SPECIAL = HG_DEFLATE_PART | HG_DEFLATE_STOP | HG_DEFLATE_FAULT,
};

/* Sizes: the most entries that a complete set of codes can need, by enumeration of all sets. */
#define HG_DEFLATE_SYMBOL_BITS 11
#define HG_DEFLATE_SYMBOL_ROOM 2342 /* 288 symbols, 15 bits */
#define HG_DEFLATE_DISTANCE_BITS 8
#define HG_DEFLATE_DISTANCE_ROOM 402 /* 32 symbols, 15 bits */
#define HG_DEFLATE_LENGTH_BITS 7
#define HG_DEFLATE_LENGTH_ROOM 128 /* 19 symbols, 7 bits */
#define HG_DEFLATE_CODE_MAX 15

#define HG_DEFLATE_SYMBOLS 288
#define HG_DEFLATE_DISTANCES 32
#define HG_DEFLATE_LENGTHS 19

enum hg_deflate_codes { HG_DEFLATE_CODE_SYMBOLS, HG_DEFLATE_CODE_DISTANCES, HG_DEFLATE_CODE_LENGTHS };

/* The table of codes whose lengths are given, n of them, 0 for a symbol without a code. false: the set is over-subscribed, or
 * incomplete where that is not allowed (a single code of one bit is, for symbols and distances, and none at all). */
bool hg_deflate_table(uint32_t *table, enum hg_deflate_codes kind, const uint8_t *lengths, unsigned n);

/* Bits 0 to 7 of an entry are used up; the value with its extra bits. */
static inline uint32_t
hg_deflate_value(uint32_t entry, uint64_t bits)
{
	return (entry >> 16) +
		(uint32_t)((bits & ((UINT64_C(1) << (entry & 0xff)) - 1)) >> (entry >> 8 & 15));
}

#endif
