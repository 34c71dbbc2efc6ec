/* dcerpc_int: what the decoder, its datagrams and its records share. */
#ifndef HG_APP_DCERPC_DCERPC_INT_H
#define HG_APP_DCERPC_DCERPC_INT_H

#include "app/dcerpc/dcerpc.h"
#include "app/keyed.h"

#define HG_DCERPC_COMPLETE 1

enum hg_dcerpc_anomaly {
	HG_DCERPC_MALFORMED,
	HG_DCERPC_MANY_IFACES,
	HG_DCERPC_LONG_STUB,
	HG_DCERPC_WRONG_SIDE,
	HG_DCERPC_ANOMALIES
};

struct hg_dcerpc_tx {
	struct hg_tx tx;
	struct hg_dcerpc_call call;
	uint8_t major, minor;
	bool udp;
	uint8_t activity[16]; /* of datagrams: who calls, and which call of his */
	uint32_t sequence;
};

struct hg_dcerpc_state {
	struct hg_keyed calls; /* call id, or activity and sequence number → transaction */
	struct hg_dcerpc_ifaces ifaces;
	bool lost[HG_DIRS]; /* behind a gap: the next fragment is looked for */
};

struct hg_dcerpc_tx *hg_dcerpc_find(struct hg_app *app, const struct hg_keyed_key *key);
struct hg_dcerpc_tx *hg_dcerpc_open(struct hg_app *app, const struct hg_keyed_key *key, uint32_t id);
/* A side of the call begins or goes on with stub data. */
void hg_dcerpc_take_body(
	struct hg_dcerpc_tx *tx, enum hg_dir dir, uint8_t type, const struct hg_dcerpc_body *body, bool last);
enum hg_feed hg_dcerpc_datagram(struct hg_app *app, enum hg_dir dir, struct hg_span in);

bool hg_dcerpc_audit(const struct hg_tx *base, unsigned record, struct hg_audit *a);
void hg_dcerpc_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j);

#endif
