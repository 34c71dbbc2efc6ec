/* keyword_int: what the families of keywords share. Private to rules/keyword. */
#ifndef HG_RULES_KEYWORD_KEYWORD_INT_H
#define HG_RULES_KEYWORD_KEYWORD_INT_H

#include <errno.h>

#include "rules/keyword/keyword.h"
#include "rules/lang/content.h"
#include "rules/lang/number.h"

#define HG_CONTENT_MAX 8192 /* bytes of a pattern */

struct hg_keyword_table {
	const struct hg_keyword *rows;
	unsigned n;
};

/* The families; registry.c lists them. */
extern const struct hg_keyword_table hg_keywords_absent;
extern const struct hg_keyword_table hg_keywords_asn1;
extern const struct hg_keyword_table hg_keywords_base64;
extern const struct hg_keyword_table hg_keywords_bits;
extern const struct hg_keyword_table hg_keywords_bytes;
extern const struct hg_keyword_table hg_keywords_config;
extern const struct hg_keyword_table hg_keywords_content;
extern const struct hg_keyword_table hg_keywords_dcerpc;
extern const struct hg_keyword_table hg_keywords_entropy;
extern const struct hg_keyword_table hg_keywords_event;
extern const struct hg_keyword_table hg_keywords_file;
extern const struct hg_keyword_table hg_keywords_flags;
extern const struct hg_keyword_table hg_keywords_flow;
extern const struct hg_keyword_table hg_keywords_foreign;
extern const struct hg_keyword_table hg_keywords_frame;
extern const struct hg_keyword_table hg_keywords_ftp;
extern const struct hg_keyword_table hg_keywords_geoip;
extern const struct hg_keyword_table hg_keywords_header;
extern const struct hg_keyword_table hg_keywords_http2;
extern const struct hg_keyword_table hg_keywords_ip;
extern const struct hg_keyword_table hg_keywords_krb5;
extern const struct hg_keyword_table hg_keywords_layer;
extern const struct hg_keyword_table hg_keywords_meta;
extern const struct hg_keyword_table hg_keywords_modifier;
extern const struct hg_keyword_table hg_keywords_ldap;
extern const struct hg_keyword_table hg_keywords_nfs;
extern const struct hg_keyword_table hg_keywords_pcre;
extern const struct hg_keyword_table hg_keywords_rep;
extern const struct hg_keyword_table hg_keywords_replace;
extern const struct hg_keyword_table hg_keywords_requires;
extern const struct hg_keyword_table hg_keywords_sets;
extern const struct hg_keyword_table hg_keywords_size;
extern const struct hg_keyword_table hg_keywords_snmp;
extern const struct hg_keyword_table hg_keywords_ssh;
extern const struct hg_keyword_table hg_keywords_state;
extern const struct hg_keyword_table hg_keywords_sticky;
extern const struct hg_keyword_table hg_keywords_store;
extern const struct hg_keyword_table hg_keywords_tag;
extern const struct hg_keyword_table hg_keywords_threshold;
extern const struct hg_keyword_table hg_keywords_tls;
extern const struct hg_keyword_table hg_keywords_transform;
extern const struct hg_keyword_table hg_keywords_vars;
extern const struct hg_keyword_table hg_keywords_websocket;

#define HG_KEYWORDS(family, array) \
	const struct hg_keyword_table hg_keywords_##family = { array, HG_COUNT(array) }

/* The column of `part`, a span of the argument's text. */
uint32_t hg_arg_column(const struct hg_arg *arg, struct hg_span part);
/* d->error was left by a parser of rules/lang over `part`: gives it its column; returns its code. */
int hg_draft_blame(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part);
int hg_draft_no_memory(struct hg_draft *d);

/* A comparison over 0..max, as the snapshot has them. */
struct hg_range_test {
	uint8_t compare;
	uint64_t a, b;
	uint64_t max; /* the greatest value that fits; UINT64_MAX: no bound */
};
int hg_arg_test(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, uint64_t max,
	struct hg_range_test *out);
int hg_arg_u64(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, uint64_t min, uint64_t max,
	uint64_t *out);

/* The refusal just made is about a word that is none of n names, the first members of rows that stand `stride` bytes apart: adds
 * the nearest of them. Returns the error's code. */
int hg_draft_guess(struct hg_draft *d, struct hg_span word, const void *names, size_t n, size_t stride);
#define HG_DRAFT_GUESS(d, word, rows) hg_draft_guess(d, word, rows, HG_COUNT(rows), sizeof((rows)[0]))

/* absent.c: what stands beside "absent" in its list. */
int hg_absent_check(struct hg_draft *d, const struct hg_draft_list *l);

/* The rule's variable of that name; -1: none. */
int hg_draft_var(const struct hg_draft *d, struct hg_span name);
/* Makes it; -errno refused. */
int hg_draft_var_make(struct hg_draft *d, const struct hg_arg *arg, struct hg_span name);
/* A number, or a variable: *var tells and *out is its slot. */
int hg_arg_number_or_var(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, int64_t min,
	int64_t max, int64_t *out, bool *var);

/* Lists. The list of a buffer without transforms, made when needed; NULL: refused. name NULL: payload. */
struct hg_draft_list *hg_draft_list_of(struct hg_draft *d, const char *buffer);
/* … of the buffer that the keyword itself names; NULL: refused. */
struct hg_draft_list *
hg_draft_list_named(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg);
/* Where a relative keyword goes: the sticky buffer's list, else that of the last instruction. */
struct hg_draft_list *hg_draft_list_relative(struct hg_draft *d, bool relative);
/* Appends to that list; NULL: refused. */
struct hg_ins *hg_draft_list_add(struct hg_draft *d, struct hg_draft_list *l, enum hg_op op);
/* A number of so many bytes at offset compares with value. */
int hg_draft_list_field(struct hg_draft *d, struct hg_draft_list *l, uint8_t compare, int32_t offset,
	uint8_t bytes, uint64_t value);
/* A comparison there. */
int hg_draft_list_range(
	struct hg_draft *d, struct hg_draft_list *l, enum hg_op op, const struct hg_range_test *t);
/* Does a sticky buffer stand? */
bool hg_draft_sticky(const struct hg_draft *d);
/* Chooses a buffer; the keyword's compile function of every sticky row. */
int hg_sticky_choose(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg);
/* A new list over the buffer, chosen from here on. */
int hg_sticky_open(struct hg_draft *d, const struct hg_keyword *k, const char *buffer, uint32_t column);
/* Lists over headers of the packet become tests, when `finish` has been over them. */
int hg_layers_settle(struct hg_draft *d, int (*finish)(struct hg_draft *d, struct hg_draft_list *l));
/* asn1 becomes the end of what the payload is asked. */
int hg_frames_settle(struct hg_draft *d);
int hg_asn1_settle(struct hg_draft *d);
/* On which packets the flags of the rule have it tried, under compat suricata7. */
int hg_flags_settle(struct hg_draft *d);
/* The place of an instruction; false: not there. */
bool hg_draft_find_ins(const struct hg_draft *d, const struct hg_ins *ins, uint16_t *list, uint16_t *at);

/* A content of the value into the list. */
int hg_content_add(struct hg_draft *d, struct hg_draft_list *l, const struct hg_arg *arg);

/* PCRE2 with JIT; the code belongs to shared->codes. */
int hg_regex_compile(struct hg_draft *d, const struct hg_arg *arg, struct hg_span pattern, uint32_t options,
	bool capture, pcre2_code **ret);

/* number.c: a test on the number that k->buffer is; the one that the argument says, of numbers up to max; of 32 bits, and its row. */
int hg_number_buffer(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg,
	const struct hg_range_test *t);
int
hg_number_compared(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg, uint64_t max);
int hg_number_u32(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg);
#define HG_NUMBER_ROW(name_, buffer_, doc_)                                                      \
	{                                                                                        \
		.name = name_, .kind = HG_KW_CONTENT, .flags = HG_KWF_NUMBER, .buffer = buffer_, \
		.compile = hg_number_u32, .syntax = "[<|>|<=|>=|!]<n>|<n><><n>", .doc = doc_     \
	}

/* Refuses a content that cannot match what the list's transforms make. */
int hg_transform_check(struct hg_draft *d, const struct hg_draft_list *l, struct hg_span bytes);

/* Where a file of values that a rule names is read: beside the rules, else among the data. */
void hg_sets_path(const struct hg_draft *d, struct hg_span path, char out[4096]);

/* What the catalog knows of a buffer's name, over all protocols that have it. */
struct hg_buffer_info {
	uint64_t protos;
	uint8_t sides, flags;
};
bool hg_buffer_info(const struct hg_draft *d, const char *name, struct hg_buffer_info *out);
/* No such buffer: says what is missing. */
int hg_buffer_refuse(struct hg_draft *d, uint32_t column, struct hg_span name);
/* The protocol by whose name a keyword begins and that has no decoder; NULL: none. */
const char *hg_missing_proto(const struct hg_draft *d, struct hg_span name);
/* The buffer by its own name: http.response_body is what file.data shows of HTTP, as in the peer, so that both names
 * go on with one list. */
const char *hg_buffer_alias(const char *name);
/* Narrows the rule to protocols that have the buffer. */
int hg_draft_use_buffer(struct hg_draft *d, const char *name, uint32_t column);
/* … named by a word of the time before HTTP/2. */
int hg_draft_use_old(struct hg_draft *d, const char *name, uint32_t column);

#endif
