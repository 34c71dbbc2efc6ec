/* asn1: looks for what overflows decoders of BER (X.690): bit strings with more unused bits than bits, reals as text of more
 * than 256 bytes, elements longer than a bound. One pass, no memory; any thread. */
#ifndef HG_DETECT_ASN1_H
#define HG_DETECT_ASN1_H

#include "rules/compile/snapshot.h"

/* Elements from the begin of `in` on, up to one that is malformed. */
bool hg_asn1_find(struct hg_span in, const struct hg_ins *ins);

#endif
