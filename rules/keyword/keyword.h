/* keyword: what a keyword is, and the draft that keywords write into.
 *
 * rules/keyword/<family>.c holds a table of rows; registry.c concatenates them. A row names the keyword, the form of its
 * argument, where it may stand, and the function that writes it into the draft of the rule. compile/ turns drafts
 * into the snapshot: order, types, fast patterns, groups. Unknown keyword → nearest row by edit distance.
 *
 * A draft lives as long as its arena; strings are copied into it. Errors: 0 or -errno with the sentence in d->error and
 * its column (absolute in the file's line) set.
 */
#ifndef HG_RULES_KEYWORD_KEYWORD_H
#define HG_RULES_KEYWORD_KEYWORD_H

#include "base/catalog.h"
#include "base/config.h"
#include "base/difference.h"
#include "base/error.h"
#include "rules/compile/snapshot.h"

#define HG_DRAFT_LISTS 32
#define HG_DRAFT_TESTS 32
#define HG_DRAFT_POSTS 32
#define HG_DRAFT_TAGS 8

/* Tests over one buffer (or the payload), in rule order. */
struct hg_draft_list {
	const char *buffer; /* sticky buffer's name; NULL: payload and raw stream */
	const struct hg_transform *transforms;
	uint8_t n_transforms;
	uint16_t option;    /* hg_draft.option that began it */
	struct hg_ins *ins; /* grows; arena */
	uint16_t *options;  /* beside each, hg_draft.option when it was made */
	uint16_t n, room;
};

/* The content that the rule's author marked fast_pattern: list and instruction; chop. */
struct hg_draft_fast {
	bool set, only;
	uint16_t list, ins;
	uint16_t chop_offset, chop_len; /* chop_len 0: whole */
};

/* Names → ids, shared by all rules of a set. */
struct hg_names {
	const char **names;
	uint16_t n, room;
};

/* Every regular expression that was compiled, also for rules that were refused afterwards; the compiler hands them to
 * the snapshot, which frees them. */
struct hg_codes {
	pcre2_code **codes;
	uint32_t n, room;
};

/* The sets of values that rules name; those of the rules before may go on in them. The compiler hands the array to the
 * snapshot, which gives the sets back. */
struct hg_named_sets {
	struct hg_named_set *v;
	uint16_t n, room;
	const struct hg_named_set *before;
	uint16_t n_before;
	struct hg_hash_key key;
	const char *rule_file; /* that is being read: lists lie beside it */
};

struct hg_draft_shared {
	struct hg_names flowbits, flowints, xbits, vars; /* arrays: heap; the names live with the snapshot */
	struct hg_codes codes;
	struct hg_named_sets sets;
	struct hg_rep *rep; /* read when the first rule asks for it; goes the same way */
	struct hg_geo *geo; /* so does this */
	const struct hg_catalog *catalog;
	const struct hg_config *config;
	bool suricata7;
};

struct hg_draft {
	struct hg_draft_shared *shared;
	struct hg_error error;

	/* header */
	uint8_t action;
	const char *proto_name;
	uint8_t l4, families;
	uint64_t protos;
	bool http1;     /* the header says so, not http */
	uint32_t flags; /* HG_RF_* */
	uint8_t sides;  /* HG_SIDE_*; from flow: or implied by buffers; 0: none said */
	const struct hg_addrset *src, *dst;
	const struct hg_portset *sport, *dport;
	bool negated_address; /* in src or dst: IP-only becomes LIKE_IP_ONLY */

	/* options */
	uint16_t option; /* the one at hand, from 1; 0: all are read */
	uint16_t blamed; /* the one that hg_draft_finish refuses the rule for; 0: several together */
	uint32_t sid, gid, rev, priority;
	bool has_sid, has_priority;
	const char *msg, *classtype;
	struct hg_span references, metadata; /* as written, several joined by the keyword's own rule */
	struct hg_draft_list lists[HG_DRAFT_LISTS];
	uint16_t n_lists;
	uint16_t
		current; /* list that content & co. write into; HG_DRAFT_NO_LIST: payload list not made yet */
	uint16_t
		last_list; /* list of the last instruction: relative keywords behind http_uri & co. follow it */
	struct hg_ins *last_content;     /* what nocase, depth … modify; NULL: none before */
	const struct hg_keyword *sticky; /* the buffer keyword just seen: transforms may follow */
	struct hg_test tests[HG_DRAFT_TESTS];
	uint8_t n_tests;
	struct hg_post posts[HG_DRAFT_POSTS];
	uint8_t n_posts;
	struct hg_threshold threshold;
	bool has_threshold;
	struct hg_tag tags[HG_DRAFT_TAGS];
	uint8_t n_tags;
	struct hg_draft_fast fast;
	struct hg_draft_anomaly {
		uint8_t proto, row; /* enum hg_proto, anomaly row */
	} anomalies[8];             /* app-layer-event with a transaction */
	uint8_t n_anomalies;
	const char *var_names[HG_VARS]; /* byte_extract, byte_math */
	uint8_t n_vars;
	bool has_flow, has_dsize; /* flow: that needs one */
	uint8_t n_flow;
	uint64_t dsize_max;        /* limits the depth of contents */
	bool packet_keyword;       /* a header keyword: the rule looks at packets only */
	bool not_ip_only;          /* a keyword that keeps the rule from being IP-only */
	bool event_keyword;        /* decode-event, stream-event, engine-event */
	bool file_types;           /* wants to know what files are */
	bool stores;               /* filestore: a file must be there */
	unsigned file_hashes;      /* HG_HASH_*-like bits: 1 MD5, 2 SHA-1, 4 SHA-256, 8 SM3 */
	bool has_app_proto;        /* app-layer-protocol */
	bool wants_syn, syn_alone; /* compat suricata7: SYN is among the flags, is all of them */
	bool prefilter;
	struct hg_ins asn1[4]; /* behind all else of the payload */
	uint8_t n_asn1;

	void *(*take)(void *arena, size_t size); /* zeroed memory */
	void *arena;                             /* what lives with the snapshot */
	void *scratch; /* what goes with the draft: lists while they grow, texts that are only rendered */
};

#define HG_DRAFT_NO_LIST UINT16_MAX

/* One argument of an option, with its place for error messages. Made by hg_arg_of. */
struct hg_arg {
	struct hg_span text; /* trimmed, of a quoted value what stands inside the quotes, escapes left */
	bool given;          /* a ':' was there */
	bool negated;        /* '!' stood before a quoted value */
	bool quoted;
	uint32_t column; /* of text */
};

enum hg_keyword_kind {
	HG_KW_META,   /* msg, sid, rev, reference … */
	HG_KW_BUFFER, /* sticky buffer: chooses the list */
	HG_KW_LEGACY, /* old-style modifier: moves the last content to `buffer` (http_uri) */
	HG_KW_TRANSFORM,
	HG_KW_CONTENT,  /* writes instructions into the current list */
	HG_KW_MODIFIER, /* changes the last content */
	HG_KW_TEST,     /* on packet or flow */
	HG_KW_POST,     /* acts on a match */
};

enum hg_keyword_flags {
	HG_KWF_NO_ARG = 1, /* takes none */
	HG_KWF_OPTIONAL_ARG = 2,
	HG_KWF_PACKET = 4,     /* makes the rule look at packets only (1.6) */
	HG_KWF_IP_ONLY_OK = 8, /* does not keep a rule from being IP-only (2.3) */
	HG_KWF_REFUSED = 32,   /* known by name only; doc says why */
	HG_KWF_NUMBER = 16,    /* buffer read as a number: the argument is a range, no content follows */
};

struct hg_keyword {
	const char *name;
	uint8_t kind, flags;
	const char *alias;  /* another spelling: NULL, or "uricontent" */
	const char *buffer; /* BUFFER, LEGACY: catalog name */
	int (*compile)(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg);
	const char *syntax; /* for help: "[!]<min>[<><max>]" */
	const char *doc;    /* one sentence */
};

/* The registry: all rows of all families. */
const struct hg_keyword *hg_keyword_at(unsigned i);            /* NULL: past the end */
const struct hg_keyword *hg_keyword_find(struct hg_span name); /* NULL: unknown */

/* The value of an option (hg_rule_option) that begins at `column`. */
struct hg_arg hg_arg_of(struct hg_span value, bool has_value, uint32_t column);

/* A draft without anything; `take` gives zeroed memory, or NULL: of `arena`, which lives with the snapshot, and of the draft's
 * `scratch`, which is the same unless the caller sets it. Who keeps a list of the draft copies it. */
void hg_draft_init(struct hg_draft *d, struct hg_draft_shared *shared,
	void *(*take)(void *arena, size_t size), void *arena);
/* Frees what shared has on the heap: names, regular expressions and sets, unless they were taken out. */
void hg_draft_shared_fini(struct hg_draft_shared *s);

/* Applies one option to the draft: finds the row, checks argument form, compiles. */
int hg_keyword_apply(struct hg_draft *d, struct hg_span name, const struct hg_arg *arg, uint32_t column);

/* After the last option: checks that need the whole rule (content against dsize and bsize, direction against buffers),
 * depths become ends, patterns fold, HG_INS_RETRY is computed, protocols and sides that buffers imply are set. */
int hg_draft_finish(struct hg_draft *d);

/* For rows: */
int hg_draft_refuse(struct hg_draft *d, uint32_t column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
struct hg_draft_list *
hg_draft_list(struct hg_draft *d); /* the current one, made when needed; NULL: too many */
struct hg_ins *
hg_draft_ins(struct hg_draft *d, enum hg_op op); /* appended to the current list; NULL: refused */
struct hg_test *hg_draft_test(struct hg_draft *d, enum hg_test_op op);
struct hg_post *hg_draft_post(struct hg_draft *d, enum hg_post_op op);
int hg_names_id(struct hg_draft *d, struct hg_names *names, struct hg_span name); /* id, or -ENOSPC refused */
void *hg_draft_take(struct hg_draft *d, size_t size);
void *hg_draft_scratch(struct hg_draft *d, size_t size);
const char *hg_draft_text(struct hg_draft *d, struct hg_span s); /* NUL-terminated copy */

#endif
