/* snmp_int: what the decoder, the message reader and the records share. */
#ifndef HG_APP_SNMP_SNMP_INT_H
#define HG_APP_SNMP_SNMP_INT_H

#include "app/snmp/snmp.h"
#include "base/ber.h"

/* Rows of anomalies. */
enum hg_snmp_anomaly {
	HG_SNMP_MALFORMED,
	HG_SNMP_SECURITY_MODEL,
	HG_SNMP_VERSION_MISMATCH,
	HG_SNMP_DEFAULT_COMMUNITY,
	HG_SNMP_ANOMALIES
};

/* RFC 3416 3, RFC 1157 4.1.6: the tag without its class. */
enum hg_snmp_pdu {
	HG_SNMP_GET,
	HG_SNMP_GET_NEXT,
	HG_SNMP_RESPONSE,
	HG_SNMP_SET,
	HG_SNMP_TRAP_V1,
	HG_SNMP_GET_BULK,
	HG_SNMP_INFORM,
	HG_SNMP_TRAP_V2,
	HG_SNMP_REPORT,
	HG_SNMP_PDUS
};

/* A message that was read; spans are of its bytes. */
struct hg_snmp_message {
	uint32_t version;                   /* 1, 2 or 3 */
	bool encrypted;                     /* nothing of the PDU is known */
	uint8_t pdu;                        /* enum hg_snmp_pdu */
	bool has_usm;                       /* version 3 with the user-based model */
	uint32_t error;                     /* of a response, RFC 3416 3; 0: none */
	uint32_t trap;                      /* RFC 1157 4.1.6 */
	struct hg_span community;           /* versions 1 and 2 */
	struct hg_span user;                /* of USM */
	struct hg_span enterprise, address; /* of a trap of version 1 */
	struct hg_span vars;                /* the sequence of variables */
};

struct hg_snmp_tx {
	struct hg_tx tx;
	struct hg_snmp_message m; /* spans in the arena */
	uint32_t version; /* that records and rules show: of the flow's first message, with the peer */
	uint8_t version_net[4], pdu_net[4];
};

/* message.c. false: it is none, RFC 1157, 3416, 3412. */
bool hg_snmp_read(struct hg_span datagram, struct hg_snmp_message *m);
/* The version of what looks like a message; false: it does not. */
bool hg_snmp_version(struct hg_span datagram, uint32_t *version);
/* The next variable's name out of a sequence of them; false: no more. */
bool hg_snmp_var_next(struct hg_reader *vars, struct hg_span *oid);

/* log.c */
void hg_snmp_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_snmp_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);

#endif
