/* json: writes one JSON object straight into a caller's buffer.
 *
 * No tree, no allocation: values go out in the order they are given. Strings are escaped by JSON's rules and made
 * valid UTF-8: in a string that is not, every byte above 0x7f becomes the text `\xHH` (`\\xHH` in JSON), as the peer
 * prints it; '/' and DEL are not escaped. The controls of C1, line and paragraph separators and what turns the direction of text
 * go out as `\u00HH`, so that a line attacks no terminal and no reader of lines. When the buffer is full the writer stays "overflown" and hg_json_done
 * gives an empty span: the caller counts the record as lost (or gives a larger buffer); a half line never leaves.
 * One owner thread.
 * Names are C string literals of ours and are not escaped.
 */
#ifndef HG_BASE_JSON_H
#define HG_BASE_JSON_H

#include "base/span.h"

struct hg_json {
	char *begin, *p, *end;
	uint64_t comma; /* bit d: the level d has had a member */
	uint8_t depth;  /* at most 63 */
	bool overflown;
};

struct hg_json hg_json_of(char *buf, size_t size);
struct hg_span hg_json_done(struct hg_json *j); /* what was written; empty when overflown */

void hg_json_open(struct hg_json *j);                       /* { as document or array element */
void hg_json_open_at(struct hg_json *j, const char *name);  /* "name":{ */
void hg_json_close(struct hg_json *j);                      /* } */
void hg_json_array_at(struct hg_json *j, const char *name); /* "name":[ */
void hg_json_array(struct hg_json *j);                      /* [ as array element */
void hg_json_array_end(struct hg_json *j);                  /* ] */

void hg_json_str(struct hg_json *j, const char *name, struct hg_span value);
void hg_json_cstr(struct hg_json *j, const char *name, const char *value);
/* The same in pieces, each of them whole characters. */
void hg_json_str_begin(struct hg_json *j, const char *name);
void hg_json_str_more(struct hg_json *j, struct hg_span piece);
void hg_json_str_end(struct hg_json *j);
/* Text of ours that needs no escape: addresses, times. */
void hg_json_plain(struct hg_json *j, const char *name, struct hg_span text);
void hg_json_u64(struct hg_json *j, const char *name, uint64_t value);
void hg_json_i64(struct hg_json *j, const char *name, int64_t value);
void hg_json_bool(struct hg_json *j, const char *name, bool value);
void hg_json_double(struct hg_json *j, const char *name, double value);

/* Elements of an array. */
void hg_json_item_str(struct hg_json *j, struct hg_span value);
void hg_json_item_cstr(struct hg_json *j, const char *value);
void hg_json_item_u64(struct hg_json *j, uint64_t value);

/* Ready-made members, as "a":1,"b":"x" (a flow's constant part, rendered once); nothing is escaped or checked. */
void hg_json_raw(struct hg_json *j, struct hg_span members);

/* "name":"text" with the text in lower-case hex pairs, sep between them ('\0': none). */
void hg_json_hex(struct hg_json *j, const char *name, struct hg_span bytes, char sep);
void hg_json_base64(struct hg_json *j, const char *name, struct hg_span bytes);

/* Where a member starts and a way back: drops what was written since (an object that turned out empty, a member that did not
 * fit). */
struct hg_json_mark {
	char *p;
	uint64_t comma;
	uint8_t depth;
	bool overflown;
};
struct hg_json_mark hg_json_mark(const struct hg_json *j);
void hg_json_rewind(struct hg_json *j, struct hg_json_mark m);

#endif
