/* ber: elements of BER and DER (X.690), bounds-checked, for every protocol that carries them.
 *
 * Tags of one byte and lengths of at most four: what the protocols here send. Indefinite lengths and longer tags fail the
 * reader. Nothing is nested by itself: who calls goes into a value with a reader of its own, so depth is the caller's.
 * Allocates nothing, any thread; spans live as long as the bytes they are of.
 */
#ifndef HG_BASE_BER_H
#define HG_BASE_BER_H

#include "base/reader.h"

enum {
	HG_BER_INTEGER = 0x02,
	HG_BER_OCTETS = 0x04,
	HG_BER_OID = 0x06,
	HG_BER_GENERAL_STRING = 0x1b,
	HG_BER_SEQUENCE = 0x30,
};

/* Tag and length of the next element, whether or not the value is there. */
bool hg_ber_head(struct hg_reader *r, uint8_t *tag, size_t *len);
/* The next element. false: there is none, or it is longer than what holds it; the reader has failed. */
bool hg_ber_take(struct hg_reader *r, uint8_t *tag, struct hg_span *value);
/* … which must have this tag. */
bool hg_ber_expect(struct hg_reader *r, uint8_t tag, struct hg_span *value);
/* … a number that is not negative and fits 32 bits. */
bool hg_ber_u32(struct hg_reader *r, uint32_t *n);
/* The first element of the tag in a value; false: there is none. */
bool hg_ber_find(struct hg_span in, uint8_t tag, struct hg_span *value);
/* [n] { value } of a sequence, the value of this tag. */
bool hg_ber_member(struct hg_span in, unsigned n, uint8_t tag, struct hg_span *value);

#endif
