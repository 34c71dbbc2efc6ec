/* charset: text in a charset that is named (RFC 2047, 2231, 2045 5.1) as UTF-8.
 *
 * Tables are made at build time, so that no module of the C library is needed and no memory is taken. What is no character of
 * the charset becomes U+FFFD and is said so: whoever shows the text shows its bytes, too. Any thread.
 */
#ifndef HG_BASE_CHARSET_H
#define HG_BASE_CHARSET_H

#include "base/span.h"

struct hg_charset_name;

/* By its name in any case of letters, a language behind '*' apart (RFC 2231 5); NULL: nobody knows it. */
const struct hg_charset_name *hg_charset_named(struct hg_span name);

/* As much of it as `to` has room for; returns how many bytes. *bad: some of it is no text of that charset. */
size_t hg_charset_to_utf8(
	const struct hg_charset_name *charset, struct hg_span s, uint8_t *to, size_t size, bool *bad);

#endif
