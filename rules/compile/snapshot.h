/* snapshot: a compiled rule set, immutable, as detect/ sees it.
 *
 * Made by compile.h, adopted by every worker at a burst boundary, closed when none holds it. Rules stand in the order of
 * their evaluation (peer-semantics 2.4), so a rule's index is its rank. A rule is reached through a domain: patterns that
 * are scanned together, or cheap conditions; then decided by its header, its tests and its programs, in this order.
 *
 * Everything here is read-only and shared by threads; memory belongs to the snapshot's own arena.
 */
#ifndef HG_RULES_COMPILE_SNAPSHOT_H
#define HG_RULES_COMPILE_SNAPSHOT_H

#include <errno.h>

#include <hs/hs.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/addr.h"
#include "base/catalog.h"
#include "base/span.h"
#include "set/geo.h"
#include "set/known.h"
#include "set/rep.h"
#include "set/set.h"
#include "rules/lang/action.h"

struct hg_addrset; /* rules/lang/address.h */
struct hg_portset; /* rules/lang/port.h */

/* ---- types ---- */

/* When a rule is evaluated and how far drop and pass reach (peer-semantics 2.3). */
enum hg_rule_type {
	HG_RULE_IP_ONLY,      /* first packet of each direction of a flow */
	HG_RULE_LIKE_IP_ONLY, /* the same rule with a negated address: every packet */
	HG_RULE_PD_ONLY,      /* once a direction after identification */
	HG_RULE_EVENT_ONLY,   /* decode-event, stream-event: packets with events */
	HG_RULE_PACKET,
	HG_RULE_PACKET_STREAM,
	HG_RULE_STREAM,
	HG_RULE_APP, /* `alert http` with nothing: every packet of such flows */
	HG_RULE_TX,
};

#define HG_EVENTS_MAX 320 /* ids of decode and stream events */

/* Classes of packets by upper protocol. */
enum hg_l4 { HG_L4_TCP, HG_L4_UDP, HG_L4_ICMP, HG_L4_ICMPV6, HG_L4_SCTP, HG_L4_OTHER, HG_L4_COUNT };

/* By IANA's protocol number. */
static inline enum hg_l4
hg_l4_of_proto(unsigned ip_proto)
{
	switch (ip_proto) {
	case 6:
		return HG_L4_TCP;
	case 17:
		return HG_L4_UDP;
	case 1:
		return HG_L4_ICMP;
	case 58:
		return HG_L4_ICMPV6;
	case 132:
		return HG_L4_SCTP;
	default:
		return HG_L4_OTHER;
	}
}

/* ---- programs: tests over one buffer, in rule order, with the peer's backtracking (3.1) ---- */

enum hg_op {
	HG_OP_CONTENT,
	HG_OP_PCRE,
	HG_OP_ISDATAAT,
	HG_OP_BYTE_TEST,
	HG_OP_BYTE_JUMP,
	HG_OP_BYTE_EXTRACT,
	HG_OP_BYTE_MATH,
	HG_OP_SIZE,   /* bsize, urilen: length of the buffer */
	HG_OP_NUMBER, /* the buffer is an unsigned number, network order: dns.opcode, filesize */
	HG_OP_BASE64_DECODE, /* what follows up to the end of the list is evaluated on the decoded bytes when BASE64_DATA comes */
	HG_OP_BASE64_DATA,
	HG_OP_DATASET, /* the buffer is in a set, or is put there or taken out */
	HG_OP_DATAREP, /* … is in a set, and its score compares */
	HG_OP_TEXT, /* the buffer equals the text, nocase with the flag (tls.version); STARTS, ENDS: its begin or end does */
	HG_OP_ASN1,    /* elements of BER overflow; last of a list over payload */
	HG_OP_RANGES,  /* the buffer is a number as NUMBER's, in one of the ranges (dcerpc.opnum) */
	HG_OP_ENTROPY, /* bits of information that a byte of the buffer, or of a part of it, has in the mean */
	HG_OP_ABSENT, /* there is no such buffer; where there is one the rest of the list decides, if anything else may (or_else) */
};

#define HG_ENTROPY_UNIT 1000000

enum hg_asn1_what { HG_ASN1_BIT_STRING = 1, HG_ASN1_DOUBLE = 2, HG_ASN1_OVERSIZE = 4 };
enum hg_asn1_placed { HG_ASN1_FIRST, HG_ASN1_ABSOLUTE, HG_ASN1_RELATIVE };

enum hg_ins_flags {
	HG_INS_NEGATED = 1 << 0,
	HG_INS_NOCASE = 1 << 1,
	HG_INS_DISTANCE = 1 << 2, /* content: relative, distance given */
	HG_INS_WITHIN = 1 << 3,   /* content: within given */
	HG_INS_OFFSET = 1 << 4,
	HG_INS_DEPTH = 1
		<< 5, /* the end, offset added by the compiler; counts from offset when one of them is a variable */
	HG_INS_STARTS = 1 << 6,
	HG_INS_ENDS = 1 << 7,     /* must end at the buffer's end */
	HG_INS_RELATIVE = 1 << 8, /* pcre /R, isdataat, byte_*: from the last match */
	HG_INS_RETRY =
		1 << 9, /* a later keyword depends on this match so that another occurrence could help */
	HG_INS_LITTLE = 1 << 10,
	HG_INS_STRING = 1 << 11,
	HG_INS_ALIGN = 1 << 12,
	HG_INS_FROM_BEGINNING = 1 << 13,
	HG_INS_FROM_END = 1 << 14,
	HG_INS_DCE = 1 << 15,
	HG_INS_RAW = 1 << 17,
	/* the number stands in a variable of the rule instead: the field holds its slot */
	HG_INS_VAR_OFFSET = 1 << 18,
	HG_INS_VAR_DEPTH = 1 << 19,
	HG_INS_VAR_DISTANCE = 1 << 20,
	HG_INS_VAR_WITHIN = 1 << 21,
	HG_INS_VAR_VALUE = 1 << 22,
	HG_INS_VAR_BYTES = 1 << 23,
	HG_INS_ABSOLUTE_DEPTH = 1 << 24, /* growing buffers: depth counts from the body's begin (4.4) */
	HG_INS_LOOSE_WITHIN = 1 << 25,   /* content: HG_DIFF_RULE_WITHIN */
	HG_INS_FIRST_ONLY = 1 << 26,     /* negated content: HG_DIFF_RULE_NEGATED_END */
	HG_INS_REPLACE =
		1 << 27, /* content: as many bytes stand behind its own, which take its place in the packet */
};

enum hg_compare {
	HG_CMP_EQ,
	HG_CMP_NE,
	HG_CMP_LT,
	HG_CMP_GT,
	HG_CMP_LE,
	HG_CMP_GE,
	HG_CMP_BETWEEN /* exclusive */,
	HG_CMP_AND,
	HG_CMP_XOR /* byte_test: result != 0 */,
	HG_CMP_OUTSIDE
};

enum hg_math { HG_MATH_ADD, HG_MATH_SUB, HG_MATH_MUL, HG_MATH_DIV, HG_MATH_SHL, HG_MATH_SHR };

#define HG_RANGES_MAX 64

struct hg_pair {
	uint64_t first, last;
};

#define HG_VARS \
	8 /* byte_extract and byte_math variables of a rule; a slot is shared by its lists of one buffer */

/* What groups of a regular expression are kept as: variables of the flow, or of the packet; or the group is the name of a
 * variable of the packet, and the next one its value. */
#define HG_CAPTURES_MAX 8
#define HG_CAPTURE_PACKET 0x8000
#define HG_CAPTURE_PAIR 0x4000
#define HG_CAPTURE_ID 0x3fff

struct hg_ins {
	uint8_t op;      /* enum hg_op */
	uint8_t compare; /* enum hg_compare */
	uint8_t bytes;   /* byte_*: width; 0 allowed in byte_jump */
	uint8_t base;    /* byte_* string: 8, 10, 16 */
	uint32_t flags;  /* HG_INS_* */
	union {
		struct {
			const uint8_t *bytes; /* folded to lower case with NOCASE */
			uint32_t len;
			int32_t offset, depth, distance, within;
		} content; /* also HG_OP_TEXT (bytes, len) */
		struct {
			pcre2_code *code;
			uint8_t n_captures;
			uint16_t captures
				[HG_CAPTURES_MAX]; /* of groups 1, 2 …: ids of variables, HG_CAPTURE_* */
		} pcre;
		struct {
			uint64_t a, b; /* size, number: operands; isdataat: a */
		} range;
		struct {
			int32_t offset;
			uint8_t var, math; /* slot that is set; enum hg_math */
			uint8_t value_var, bytes_var, align;
			uint32_t multiplier, mask;
			int64_t value; /* byte_test value, byte_math rvalue, byte_jump post_offset */
		} num;
		struct {
			uint32_t bytes, offset;
		} base64;
		struct {
			uint32_t bytes, offset; /* 0 bytes: up to the end */
			uint64_t bits;          /* HG_ENTROPY_UNIT each */
		} entropy;
		bool or_else; /* absent */
		struct {
			uint16_t index;  /* of hg_snapshot.sets */
			uint8_t command; /* enum hg_set_command */
			bool v6_only;    /* HG_DIFF_RULE_SET_V4 */
			uint16_t score;
			uint32_t ttl; /* seconds that what is added stays; 0: for ever */
		} set;
		struct {
			uint8_t what;   /* enum hg_asn1_what */
			uint8_t placed; /* enum hg_asn1_placed */
			bool strict;    /* HG_DIFF_RULE_ASN1 */
			uint32_t oversize;
			int32_t offset;
		} asn1;
		struct {
			const struct hg_pair *list;
			uint32_t n;
		} ranges;
	};
};

enum hg_set_command { HG_SET_ISSET, HG_SET_ISNOTSET, HG_SET_SET, HG_SET_UNSET };

/* A set of values that rules know by name. It is what changes of a snapshot while it is at work, by any thread. */
struct hg_named_set {
	const char *name;
	struct hg_set *set;
	const char *save; /* file that it is written to in the end; NULL: none */
	bool written;     /* some rule puts values in or takes them out */
};

struct hg_prog {
	const struct hg_ins *ins;
	uint16_t n;
	uint32_t options; /* index of hg_snapshot.options: n numbers, one an instruction */
};

/* ---- transforms (3.6) ---- */

enum hg_transform_op {
	HG_TRANSFORM_DOTPREFIX,
	HG_TRANSFORM_STRIP_WHITESPACE,
	HG_TRANSFORM_COMPRESS_WHITESPACE,
	HG_TRANSFORM_TO_LOWER,
	HG_TRANSFORM_TO_UPPER,
	HG_TRANSFORM_MD5,
	HG_TRANSFORM_SHA1,
	HG_TRANSFORM_SHA256,
	HG_TRANSFORM_URL_DECODE,
	HG_TRANSFORM_XOR,
	HG_TRANSFORM_HEADER_LOWER,
	HG_TRANSFORM_STRIP_PSEUDO_HEADERS,
	HG_TRANSFORM_PCRE,
};

struct hg_transform {
	uint8_t op;
	struct hg_span key; /* xor */
	pcre2_code *code;   /* pcrexform */
};

/* A buffer with its transforms: rules with the same share one input, transformed and scanned once. */
struct hg_input {
	uint16_t buffer;  /* id in the catalog */
	uint8_t dir;      /* enum hg_dir */
	uint8_t progress; /* from which on it may be asked for */
	uint8_t proto;    /* enum hg_proto whose row it is */
	uint8_t row;      /* the decoder's own */
	uint8_t flags;    /* HG_BUFFER_* */
	uint8_t n_transforms;
	const struct hg_transform *transforms;
};

/* ---- a rule's parts ---- */

/* Tests on the packet and its flow, before any byte is looked at; cheap ones first. */
enum hg_test_op {
	HG_TEST_FIELD,     /* field, compare, a, b */
	HG_TEST_TCP_FLAGS, /* mode, a = wanted, b = ignored */
	HG_TEST_FRAGBITS,  /* mode, a */
	HG_TEST_IPOPTS,    /* a = mask; any of */
	HG_TEST_SAMEIP,
	HG_TEST_APP_PROTO,    /* app-layer-protocol: a = proto set (bits), negated */
	HG_TEST_STREAM_SIZE,  /* mode: which side; compare, a */
	HG_TEST_EVENT,        /* a = hg_event id */
	HG_TEST_FLOW_ANOMALY, /* a = applayer_* bit */
	HG_TEST_FLOWBIT,      /* ids[n]: any is set; negated: any is not set */
	HG_TEST_FLOWINT, /* id = a, compare, b (n == 1: the flowint ids[0] instead); mode 1 isset, 2 notset */
	HG_TEST_XBIT,    /* id = a, mode: track; negated */
	HG_TEST_HOSTBIT,
	HG_TEST_LAYER,    /* field = enum hg_layer: the program ins[n] over that header */
	HG_TEST_PAYLOAD,  /* has payload, or a window of the stream is due; negated: neither */
	HG_TEST_CHECKSUM, /* field = enum hg_layer, mode = family or 0 for both; negated: it is wrong */
	HG_TEST_REP, /* mode = enum hg_side_of, field = category, compare (n: 1 isset, 2 isnotset instead), a */
	HG_TEST_COUNTRY, /* mode = enum hg_side_of, n ids: codes of countries; negated: in none of them */
	HG_TEST_FLOW,    /* of the flow: field = enum hg_flow_field, compare, a, b */
	HG_TEST_FLOWVAR, /* id = a: its value has the content ins[0] in it */
	HG_TEST_PKTVAR,
};

/* Headers that rules look into (tcp.hdr and its like). */
enum hg_layer {
	HG_LAYER_IPV4,
	HG_LAYER_IPV6, /* with its extension headers */
	HG_LAYER_TCP,
	HG_LAYER_UDP,
	HG_LAYER_ICMPV4,
	HG_LAYER_ICMPV6,
	HG_LAYER_SRC, /* addresses */
	HG_LAYER_DST,
};

enum hg_field {
	HG_FIELD_DSIZE,
	HG_FIELD_TTL,
	HG_FIELD_TOS,
	HG_FIELD_IP_ID,
	HG_FIELD_IP_PROTO,
	HG_FIELD_FRAGOFFSET,
	HG_FIELD_SEQ,
	HG_FIELD_ACK,
	HG_FIELD_WINDOW,
	HG_FIELD_MSS,
	HG_FIELD_ITYPE,
	HG_FIELD_ICODE,
	HG_FIELD_ICMP_ID,
	HG_FIELD_ICMP_SEQ,
	HG_FIELD_ICMPV6_MTU,
};

/* Of the addresses of a packet. */
enum hg_side_of { HG_OF_SRC, HG_OF_DST, HG_OF_ANY, HG_OF_BOTH };

enum hg_flow_field {
	HG_FLOW_AGE, /* seconds */
	HG_FLOW_PKTS_TO_SERVER,
	HG_FLOW_PKTS_TO_CLIENT,
	HG_FLOW_BYTES_TO_SERVER,
	HG_FLOW_BYTES_TO_CLIENT,
};

/* mode of flags and fragbits */
enum { HG_MODE_EXACT, HG_MODE_ALL_AND_MORE, HG_MODE_ANY, HG_MODE_NOT };

static inline bool
hg_mode_fits(uint8_t mode, uint64_t have, uint64_t want)
{
	switch (mode) {
	case HG_MODE_ALL_AND_MORE:
		return (have & want) == want;
	case HG_MODE_ANY:
		return (have & want) != 0;
	case HG_MODE_NOT:
		return (have & want) != want;
	default:
		return have == want;
	}
}

/* mode of stream_size */
enum { HG_SIZE_SERVER, HG_SIZE_CLIENT, HG_SIZE_BOTH, HG_SIZE_EITHER };
/* mode of xbits, hostbits and thresholds: by what */
enum hg_track { HG_TRACK_SRC, HG_TRACK_DST, HG_TRACK_PAIR, HG_TRACK_RULE, HG_TRACK_EITHER };

struct hg_test {
	uint8_t op, mode, compare, field;
	bool negated;
	uint8_t n;       /* of ids or ins */
	uint16_t option; /* which of the rule's options it is, from 1; 0: none of them alone */
	uint64_t a, b;
	union {
		const uint16_t *ids;
		const struct hg_ins *ins;
	};
};

/* One buffer of a transaction rule. */
enum hg_engine_kind {
	HG_ENGINE_BUFFER,
	HG_ENGINE_ANOMALY /* app-layer-event */,
	HG_ENGINE_STREAM /* raw content of a tx rule */,
	HG_ENGINE_FILE /* the transaction has a file in that direction (filestore) */
};

static inline bool
hg_prog_has(const struct hg_prog *prog, enum hg_op op)
{
	for (uint16_t i = 0; i < prog->n; i++)
		if (prog->ins[i].op == op)
			return true;
	return false;
}

struct hg_engine {
	uint8_t kind;
	uint8_t dir, progress;
	uint8_t proto;   /* enum hg_proto; HG_PROTO_UNKNOWN: any (stream) */
	uint16_t input;  /* index of hg_snapshot.inputs */
	uint8_t anomaly; /* row id */
	bool fast;       /* the rule is reached by a pattern of prog */
	bool of_file;    /* asks for a file itself: HG_RF_FILES */
	bool absent;     /* prog has HG_OP_ABSENT */
	struct hg_prog prog;
};

/* What a match does beside the alert. */
enum hg_post_op {
	HG_POST_FLOWBIT_SET,
	HG_POST_FLOWBIT_UNSET,
	HG_POST_FLOWBIT_TOGGLE,
	HG_POST_FLOWINT_SET,
	HG_POST_FLOWINT_ADD,
	HG_POST_FLOWINT_SUB,
	HG_POST_XBIT_SET,
	HG_POST_XBIT_UNSET,
	HG_POST_XBIT_TOGGLE,
	HG_POST_BYPASS,
	HG_POST_UNLOGGED, /* no record of the transaction */
	HG_POST_STORE, /* filestore: mode = enum hg_store_scope, id = HG_SIDE_*, 0: the direction of the match */
};

struct hg_post {
	uint8_t op, mode; /* mode: enum hg_track */
	bool var;         /* value is the id of another flowint */
	bool host;        /* XBIT_*: said by hostbits */
	uint16_t id;
	uint32_t value; /* flowint operand; expiry of xbits in seconds */
};

/* threshold, detection_filter, and the lines of threshold.config (3.9) */
enum hg_threshold_type {
	HG_THRESHOLD_LIMIT,
	HG_THRESHOLD_THRESHOLD,
	HG_THRESHOLD_BOTH,
	HG_THRESHOLD_FILTER /* detection_filter */,
	HG_THRESHOLD_RATE,
	HG_THRESHOLD_SUPPRESS
};

struct hg_threshold {
	uint8_t type, track;
	uint8_t new_action; /* rate_filter */
	uint32_t count, seconds, timeout;
	const struct hg_addrset *addresses; /* suppress with track */
	uint64_t key;                       /* of the rule, stable over reloads: gid << 32 | sid */
};

/* tag: of what packets are written behind the alert, and how many */
enum hg_tag_of { HG_TAG_SESSION, HG_TAG_SRC, HG_TAG_DST };
enum hg_tag_unit { HG_TAG_PACKETS, HG_TAG_BYTES, HG_TAG_SECONDS };

struct hg_tag {
	uint8_t of, unit;
	uint32_t count;
};

/* ---- the rule ---- */

enum hg_rule_flags {
	HG_RF_NOALERT = 1 << 0,
	HG_RF_ESTABLISHED = 1 << 1,
	HG_RF_NOT_ESTABLISHED = 1 << 2,
	HG_RF_NEEDS_FLOW = 1 << 3,
	HG_RF_NO_FRAG = 1 << 4,
	HG_RF_ONLY_FRAG = 1 << 5,
	HG_RF_ONLY_STREAM = 1 << 6,
	HG_RF_NO_STREAM = 1 << 7,
	HG_RF_PAYLOAD = 1 << 8, /* has a payload program: needs payload or stream data */
	HG_RF_FLUSH = 1 << 9,   /* raw contents together with file.data or http.request_body (1.4) */
	HG_RF_NEGATED_FAST =
		1 << 10, /* all contents are negated: a candidate when the pattern was NOT found (3.2) */
	HG_RF_PKT_ONLY_PROTO = 1 << 11,    /* tcp-pkt */
	HG_RF_STREAM_ONLY_PROTO = 1 << 12, /* tcp-stream */
	HG_RF_BIDIRECTIONAL = 1 << 13,     /* one of the two rules that `<>` made */
	HG_RF_TARGET_SRC = 1 << 14,
	HG_RF_TARGET_DST = 1 << 15,
	HG_RF_FILES = 1
		<< 17, /* asks for files themselves (filestore, filesize, digests): each new one is a new question */
	HG_RF_ALERT = 1 << 16, /* pass rules that are to be told of (keyword alert) */
};

struct hg_rule {
	uint8_t type, action;
	uint8_t sides;    /* HG_SIDE_*: directions it applies to */
	uint8_t families; /* 1 IPv4, 2 IPv6 */
	uint8_t l4;       /* set of 1 << enum hg_l4 */
	uint8_t looks;    /* set of enum hg_at */
	uint8_t n_tests, n_engines, n_posts;
	uint32_t flags;                         /* HG_RF_* */
	uint64_t protos;                        /* set of HG_PROTO_BIT: application protocol; 0: any */
	const struct hg_addrset *src, *dst;     /* NULL: any */
	const struct hg_portset *sport, *dport; /* NULL: any */
	const struct hg_test *tests;
	struct hg_prog payload; /* packet payload and raw stream; n == 0: none */
	const struct hg_engine *engines;
	const struct hg_post *posts;
	const struct hg_threshold *thresholds; /* suppressions first */
	uint8_t n_thresholds, n_tags;
	const struct hg_tag *tags;
	bool src_by_way, dst_by_way; /* the way (ways) says all that src, dst say */
	uint16_t ways;               /* bits: of packets that src and dst may fit (struct hg_zones) */
	uint32_t text;               /* index of hg_snapshot.texts */
	uint32_t sid;
};

/* The content by which a rule is reached, for whoever explains rules. */
struct hg_rule_fast {
	const struct hg_ins *ins; /* NULL: none */
	const char *buffer;       /* NULL: payload and raw stream */
	struct hg_span bytes;     /* the part of it that is looked for */
	uint16_t option;          /* which of the rule's options, from 1 */
	bool said;                /* the author chose it */
};

/* What only alerts and explanations need. */
struct hg_rule_info {
	uint32_t gid, sid, rev, priority;
	const char *msg, *classtype; /* classtype: its text, "" when none */
	struct hg_span
		alert; /* JSON members: "gid":…,"signature_id":…,"rev":…,"signature":…,"category":…,"severity":… */
	struct hg_span metadata; /* JSON member "metadata":{…}; empty: none */
	struct hg_span source;   /* the rule as written, when hg_compile_config.keep_sources */
	uint64_t print;          /* of the rule as written: another text has another */
	const char *file;
	uint32_t line;
	struct hg_rule_fast fast;
	bool known_class; /* it has none, or one of those that there are */
};

/* ---- how rules are reached ---- */

/* What of a TCP direction a rule with bytes looks at; a set of them for each rule. */
enum hg_at { HG_AT_PACKET = 1, HG_AT_WINDOW = 2, HG_AT_ANY = 3 };

#define HG_PATTERN_MOST 32 /* bytes; of a longer content its end */

/* Patterns scanned together. A hit of pattern i makes rules[first[i] … first[i + 1]) candidates. */
struct hg_group {
	hs_database_t *db; /* NULL: no pattern */
	uint32_t n_patterns;
	const uint32_t *first, *rules;
};

/* What rules of one way are reached by. */
struct hg_reach {
	struct hg_group group;
	const uint32_t *always; /* candidates without a pattern */
	uint32_t n_always;
	const uint32_t *windows; /* … of windows of the raw stream; always is for packets then */
	uint32_t n_windows;
};

/* The address lists that most rules name part all addresses into zones: those of one zone are in the same of these lists. A
 * packet's way is the zone that it comes from times n, plus the zone that it goes to. */
#define HG_ZONES 4
#define HG_ZONE_SETS 4
#define HG_WAYS (HG_ZONES * HG_ZONES)

struct hg_zones {
	const struct hg_addrset *sets[HG_ZONE_SETS];
	uint8_t n_sets, n;
	uint8_t of_mask[1 << HG_ZONE_SETS]; /* the zone of addresses that are in these sets */
};

/* Which of the sets the address is in. Of another family than 4 all count as IPv6. */
unsigned hg_zone_mask(const struct hg_zones *z, const struct hg_addr *a, uint8_t family);

/* Rules that a thing to look at leads to, by way; ways with the same rules share. */
struct hg_slot {
	const struct hg_reach *of[HG_WAYS];
};

/* All rules for one kind of input, parted by port. Those with few ports stand in slots of their own; a packet asks three
 * times: any, by its destination port, by its source port. */
struct hg_domain {
	struct hg_slot any;
	const uint16_t *by_dport, *by_sport; /* slot numbers by port class, 0: none; NULL: no slots at all */
	const struct hg_slot *slots;         /* numbers from 1 */
	uint16_t n_slots;
};

/* Rules by address: sorted bounds of IPv4 ranges, each with its rules. */
struct hg_ip_index {
	const uint32_t *begin; /* n ascending first addresses; range i reaches to begin[i + 1] - 1 */
	const uint32_t *first; /* n + 1: rules[first[i] … first[i + 1]) */
	const uint32_t *rules;
	const uint32_t *
		by_top; /* by the first HG_IP_TOP bits: how many ranges begin in front of them, n at last; NULL: n is small */
	uint32_t n;
};

#define HG_IP_TOP 12

/* The range that holds the address: the last one that begins at or before it; UINT32_MAX: none does. */
static inline uint32_t
hg_ip_index_find(const struct hg_ip_index *index, uint32_t address)
{
	const uint32_t *top = index->by_top == NULL ? NULL : &index->by_top[address >> (32 - HG_IP_TOP)];
	uint32_t low = top == NULL ? 0 : top[0], high = top == NULL ? index->n : top[1];

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (index->begin[middle] <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low - 1;
}

/* Rules that look at no bytes (PACKET, LIKE_IP_ONLY, APP), by the most selective of what is cheap to ask: their few ports,
 * their few addresses; what has neither is looked at with every packet. */
struct hg_bare {
	struct hg_domain ports;      /* always-lists only */
	struct hg_ip_index src, dst; /* IPv4; rules with IPv6 addresses stand in ports.any as well */
};

/* The same for TCP once a set of flags: most such rules want SYN alone, and most packets have none. */
struct hg_bare_sets {
	uint8_t by_flags[256]; /* index of sets by the flags byte; all 0 for other protocols */
	const struct hg_bare *sets;
};

/* The code of the error that says why a rule did not load: it is not meant for this engine (requires), which is no refusal. */
#define HG_RULE_LEFT_OUT (-ENOTSUP)

struct hg_snapshot {
	struct hg_zones zones;
	const struct hg_rule *rules;
	uint32_t n_rules;
	const struct hg_rule_info *texts;
	const struct hg_input *inputs;
	uint16_t n_inputs;

	/* Payload of packets. Of TCP also windows of the raw stream: those that look at them (hg_rule.looks) stand together, so
	 * that what was found packet by packet serves for the windows as well (docs/adr/0021). */
	struct hg_domain payload[HG_L4_COUNT][HG_DIRS];
	struct hg_bare_sets bare[HG_L4_COUNT][HG_DIRS];
	/* Ports that domains have slots for, numbered from 1; all others are class 0: small tables instead of one of 65,536
	 * a domain. */
	const uint16_t *port_class;        /* by port */
	struct hg_ip_index ip_src, ip_dst; /* IP-only rules */
	const uint32_t *ip_always;         /* … that neither index holds, IPv6 among them */
	uint32_t n_ip_always;
	struct hg_slot pd[HG_DIRS];               /* PD-only */
	const struct hg_slot *events;             /* by hg_event id: EVENT_ONLY rules */
	struct hg_slot flow_anomalies;            /* rules on applayer_* events */
	const struct hg_slot *inputs_index;       /* by input: patterns over it; always: negated-fast rules */
	const struct hg_slot *tx_always[HG_DIRS]; /* by enum hg_proto: tx rules without any pattern */
	uint16_t n_flowbits, n_flowints, n_xbits, n_vars;
	const char *const *flowbits; /* names, for EVE metadata */
	const char *const *flowints;
	const char *const *xbits;
	const char *const *vars; /* of flows and packets: their ids are one row */
	const struct hg_named_set *sets;
	uint16_t n_sets;
	const struct hg_rep *rep; /* NULL: no rule asks how addresses are rated */
	const uint32_t *
		options; /* of programs: which option of the rule's text made the instruction, from 1; 0: none alone */
	const struct hg_geo *geo; /* NULL: no rule asks for countries */
	uint32_t n_pcre;
	uint32_t captures_max; /* largest capture count of a pcre, for match data */
	uint32_t n_loaded, n_refused, n_left_out;
	const struct hg_known *known; /* `file-lists`; NULL: there are none */
	uint64_t needs;               /* HG_PROTO_BITs that some rule looks into */
	unsigned file_hashes;         /* HG_HASH_* that rules and lists ask for */
	bool file_types;              /* … want to know what files are */
	const char *type_data;        /* `magic-file` */
	uint64_t stores[HG_DIRS];     /* HG_PROTO_BITs whose files some rule may want stored */
	bool tags_hosts;              /* some rule tags a host */
	bool raw[HG_DIRS];            /* any rule looks at the raw stream */
	bool flush;                   /* … together with a body: HG_RF_FLUSH */
};

void hg_snapshot_close(struct hg_snapshot *s);

/* The sets that have a file, as they are at `now`; goes on behind one that cannot be written. */
int hg_snapshot_save(const struct hg_snapshot *s, hg_time now, struct hg_error *err);

#endif
