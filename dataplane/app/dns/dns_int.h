/* dns_int: what the decoder, the message reader and the records share.
 *
 * A transaction keeps its message as it came (at most 64 KiB) and the names of its questions; everything else is read again
 * when a record is written. Reading is bounded: names by labels and bytes, a message by the labels of all its names.
 */
#ifndef HG_APP_DNS_DNS_INT_H
#define HG_APP_DNS_DNS_INT_H

#include "app/dns/dns.h"
#include "base/reader.h"

#define HG_DNS_HEADER 12
#define HG_DNS_NAME 1025      /* bytes of a name that are kept (the peer's bound; RFC 1035 allows 255) */
#define HG_DNS_LABELS 255     /* labels and pointers of a name */
#define HG_DNS_STEPS 65536    /* labels and pointers of a message */
#define HG_DNS_QUESTIONS 1024 /* that are kept for rules and records */

enum {
	HG_DNS_QR = 0x8000,
	HG_DNS_AA = 0x0400,
	HG_DNS_TC = 0x0200,
	HG_DNS_RD = 0x0100,
	HG_DNS_RA = 0x0080,
	HG_DNS_Z = 0x0040,
	HG_DNS_RCODE = 0x000f
};

enum hg_dns_type {
	HG_DNS_A = 1,
	HG_DNS_NS = 2,
	HG_DNS_CNAME = 5,
	HG_DNS_SOA = 6,
	HG_DNS_NULL = 10,
	HG_DNS_PTR = 12,
	HG_DNS_MX = 15,
	HG_DNS_TXT = 16,
	HG_DNS_AAAA = 28,
	HG_DNS_SRV = 33,
	HG_DNS_SSHFP = 44,
};

/* Rows of anomalies. */
enum hg_dns_anomaly {
	HG_DNS_MALFORMED,
	HG_DNS_NOT_REQUEST,
	HG_DNS_NOT_RESPONSE,
	HG_DNS_Z_SET,
	HG_DNS_OPCODE,
	HG_DNS_LONG_NAME,
	HG_DNS_LOOP,
	HG_DNS_MANY_LABELS,
	HG_DNS_MANY_QUESTIONS,
	HG_DNS_ANOMALIES
};

struct hg_dns_header {
	uint16_t id, flags, questions, answers, authorities, additionals;
};

/* A message that is being read. */
struct hg_dns_reader {
	struct hg_span message;
	size_t at;      /* offset of what comes next */
	size_t end;     /* labels do not reach over it; pointers lead anywhere */
	uint32_t steps; /* labels and pointers so far */
	uint8_t odd; /* bits of HG_DNS_LONG_NAME, HG_DNS_LOOP, HG_DNS_MANY_LABELS: names that could be read nevertheless */
};

struct hg_dns_name {
	uint16_t len;
	uint8_t text[HG_DNS_NAME + 64]; /* labels with dots between, as they are on the wire */
};

struct hg_dns_rr {
	uint16_t type, class;
	uint32_t ttl;   /* 0 in a question */
	size_t data_at; /* offset of the data in the message */
	struct hg_span data;
};

struct hg_dns_question {
	struct hg_span name;
	uint16_t type;
};

/* What OPT says (RFC 6891). */
struct hg_dns_edns {
	bool present;
	bool dnssec, cookie, has_padding, has_subnet;
	uint8_t version, rcode; /* rcode: the upper eight bits of it */
	uint16_t udp_size, padding;
	uint8_t subnet_family, subnet_prefix; /* 4 or 6 */
	struct hg_addr subnet;
};

struct hg_dns_tx {
	struct hg_tx tx;
	struct hg_dns_header header;
	struct hg_dns_edns edns;
	struct hg_span message; /* of an answer, in the arena; empty: no room, or it could not be read */
	struct hg_dns_question *questions;
	uint16_t n_questions; /* kept: at most HG_DNS_QUESTIONS */
	uint8_t opcode;
	bool has_opcode;
};

bool hg_dns_header_read(struct hg_span message, struct hg_dns_header *h);
/* Is it plausible that so many records stand in so many bytes? */
bool hg_dns_header_fits(const struct hg_dns_header *h, size_t len);
struct hg_dns_reader hg_dns_reader_of(struct hg_span message);
/* false: cannot be read. r->at stands behind it, wherever pointers led. */
bool hg_dns_name_read(struct hg_dns_reader *r, struct hg_dns_name *name);
bool hg_dns_question_read(struct hg_dns_reader *r, struct hg_dns_name *name, struct hg_dns_rr *rr);
bool hg_dns_rr_read(struct hg_dns_reader *r, struct hg_dns_name *name, struct hg_dns_rr *rr);
/* Walks a whole message: questions, and of an answer its answers and authorities with their data. */
bool hg_dns_message_check(struct hg_dns_reader *r, const struct hg_dns_header *h, bool answer);

/* edns.c: OPT among so many records from r on; what cannot be read says nothing. */
void hg_dns_edns_read(struct hg_dns_reader r, unsigned records, struct hg_dns_edns *e);
void hg_dns_edns_log(const struct hg_dns_edns *e, struct hg_json *j);

#define HG_DNS_KEYS 4
#define HG_DNS_TYPES 257 /* that have names */

/* Which records are written. */
struct hg_decoder_ctx {
	bool requests, responses;
	bool detailed, grouped; /* forms of answers */
	bool by_type;           /* only questions of `types` */
	bool restricted;        /* something is left out */
	uint8_t types[(HG_DNS_TYPES + 7) / 8];
};

extern const struct hg_config_key hg_dns_keys[HG_DNS_KEYS];
void hg_dns_configure(struct hg_decoder_ctx *ctx, const struct hg_config *config);

/* EVE. */
bool hg_dns_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);
void hg_dns_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_dns_log_record(const struct hg_tx *tx, unsigned i, struct hg_json *j);
const char *hg_dns_type_name(uint16_t type, char buf[6]);
bool hg_dns_type_of(const char *name, uint16_t *type); /* in any case; false: none has it */
const char *hg_dns_rcode_name(uint16_t flags, char buf[6]);

#endif
