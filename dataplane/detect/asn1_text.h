/* asn1_text: is what an element holds of the kind that its type says? Suricata 7 takes an element of which this is not so for the
 * end of what can be decoded. */
#ifndef HG_DETECT_ASN1_TEXT_H
#define HG_DETECT_ASN1_TEXT_H

#include "base/span.h"

/* tag: of the universal class. known: its length is, and content is cut to what is there. */
bool hg_asn1_content_fits(uint32_t tag, bool constructed, bool known, struct hg_span content);

#endif
