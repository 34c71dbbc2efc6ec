/* ssh_int: what the files of the SSH decoder share.
 *
 * A connection is one transaction: what both sides say of themselves in the clear. Of a direction's bytes the banner is looked
 * at, then headers of packets, whose payload is counted down and never held; a KEXINIT is waited for when its fingerprint
 * is wanted. Behind NEWKEYS nothing can be read.
 */
#ifndef HG_APP_SSH_SSH_INT_H
#define HG_APP_SSH_SSH_INT_H

#include "app/digest.h"
#include "app/ssh/ssh.h"
#include "base/reader.h"

#define HG_SSH_BANNER 256    /* bytes of a banner without its end that are looked at (RFC 4253 4.2: 255) */
#define HG_SSH_KEXINIT 65535 /* payload of a KEXINIT that is waited for */
#define HG_SSH_LINES 64      /* in front of a server's banner (RFC 4253 4.2) */

enum hg_ssh_progress { HG_SSH_IN_PROGRESS, HG_SSH_BANNER_DONE, HG_SSH_FINISHED };

enum hg_ssh_anomaly {
	HG_SSH_INVALID_BANNER,
	HG_SSH_LONG_BANNER,
	HG_SSH_INVALID_RECORD,
	HG_SSH_LONG_KEXINIT,
	HG_SSH_ANOMALIES
};

enum hg_ssh_buffer {
	HG_SSH_PROTO,
	HG_SSH_SOFTWARE,
	HG_SSH_HASSH,
	HG_SSH_HASSH_STRING,
	HG_SSH_HASSH_SERVER,
	HG_SSH_HASSH_SERVER_STRING,
	HG_SSH_BUFFERS
};

struct hg_decoder_ctx {
	uint8_t hassh; /* enum hg_wanted */
	struct hg_digests digests;
};

struct hg_ssh_side {
	struct hg_span proto, software;     /* empty: not said */
	struct hg_span hassh, hassh_string; /* p == NULL: not made */
};

struct hg_ssh_tx {
	struct hg_tx tx;
	struct hg_ssh_side side[HG_DIRS];
};

enum hg_ssh_phase {
	HG_SSH_AT_BANNER,
	HG_SSH_IN_BANNER, /* the rest of a line that is passed over */
	HG_SSH_AT_PACKET,
	HG_SSH_OPAQUE /* behind NEWKEYS */
};

struct hg_ssh_stream {
	uint8_t phase; /* enum hg_ssh_phase */
	uint8_t lines; /* in front of the banner */
	bool named;    /* the banner was read */
	bool cut;      /* compat suricata7: it was long, and every piece begins with the rest of it */
	bool newkeys;
	uint64_t skip; /* payload to come that is not looked into */
};

struct hg_ssh_state {
	struct hg_ssh_stream stream[HG_DIRS];
	bool opaque; /* in both directions */
};

/* banner.c, packet.c: take from the front of `in`; 0: wait for more, SIZE_MAX: cannot go on. */
size_t hg_ssh_banner(struct hg_app *app, enum hg_dir dir, struct hg_span in);
size_t hg_ssh_packet(struct hg_app *app, enum hg_dir dir, struct hg_span in);

/* kex.c: the payload of a KEXINIT behind its message number; what is malformed has no fingerprint. */
void hg_ssh_kexinit(struct hg_ssh_tx *ssh, enum hg_dir dir, struct hg_span body);

void hg_ssh_odd(struct hg_app *app, enum hg_dir dir, enum hg_ssh_anomaly row);

/* log.c */
bool hg_ssh_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);
void hg_ssh_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_ssh_log_record(const struct hg_tx *tx, unsigned i, struct hg_json *j);

#endif
