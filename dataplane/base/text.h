/* text: what a client chose to send, as text of a record.
 *
 * Three kinds: UTF-8; GB18030 (and so GBK and GB2312), which must be valid throughout, with at least one character of two or
 * four bytes and without control characters; anything else. A record's string of the second kind is converted and says so in
 * `<name>_charset`, of the second and third its bytes stand in `<name>_hex`, so that nothing is lost. Controls, line and
 * paragraph separators and what turns the direction of text are escaped in all (json.h). No memory, any thread.
 */
#ifndef HG_BASE_TEXT_H
#define HG_BASE_TEXT_H

#include "base/json.h"

#define HG_TEXT_HEX 512 /* bytes that `<name>_hex` shows at most */

enum hg_charset { HG_CHARSET_UTF8, HG_CHARSET_GB18030, HG_CHARSET_UNKNOWN };

enum hg_charset hg_charset_of(struct hg_span s);

/* Length of the character at the front of s, and its code point; 0: none begins there. */
size_t hg_gb18030_next(struct hg_span s, uint32_t *point);

/* GB18030 as UTF-8 into `to`, as far as it has room; returns how many bytes. */
size_t hg_gb18030_to_utf8(struct hg_span s, uint8_t *to, size_t size);

/* Members name, and where they are needed name_charset and name_hex. */
void hg_json_text(struct hg_json *j, const char *name, struct hg_span value);

#endif
