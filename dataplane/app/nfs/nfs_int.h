/* nfs_int: what the files of this folder share.
 *
 * A transaction is a call with its reply, found by xid. Of a record its head is kept, which holds all that is read of it; the
 * bytes of files behind that are passed over.
 */
#ifndef HG_APP_NFS_NFS_INT_H
#define HG_APP_NFS_NFS_INT_H

#include "app/keyed.h"
#include "app/nfs/nfs.h"

#include "base/reader.h"

#define HG_NFS_HEAD \
	2048 /* bytes of a record that are read: more than two handles, names and credentials take */
#define HG_NFS_FRAGMENTS 256 /* of a record that says something with each; more are malformed */

enum { HG_NFS_V3_GETATTR = 1, HG_NFS_V3_COMMIT = 21 };
enum { HG_NFS_DONE = 1 };
enum { HG_NFS_AUTH_NULL, HG_NFS_AUTH_SYS, HG_NFS_AUTH_GSS = 6 }; /* RFC 5531 8.1, 2203 */

struct hg_nfs_tx {
	struct hg_tx base;
	uint32_t xid, version, procedure, flavor;
	uint8_t numbers[2][4]; /* version, procedure: network order, for rules */
	uint32_t uid, gid;     /* of AUTH_SYS */
	struct hg_span machine, user;
	struct hg_span handle, name, to; /* to: the new name of RENAME */
	bool has_creds;
	bool answered;
	bool incomplete; /* a record was longer than what is read, or bytes were missing */
	uint32_t reply_stat, accept_stat, status;
};

/* Of a direction over TCP (RFC 5531 11). */
struct hg_nfs_side {
	uint8_t mark[4];
	uint8_t n_mark; /* bytes of it that came */
	bool last;      /* the fragment ends the record */
	bool torn;      /* bytes of the record are missing, or did not fit */
	uint16_t have;  /* bytes of the head */
	uint16_t n_fragments;
	uint32_t left; /* bytes of the fragment to come */
	uint8_t head[HG_NFS_HEAD];
};

struct hg_nfs {
	struct hg_nfs_side side[HG_DIRS];
	struct hg_keyed calls;   /* xid: transaction */
	struct hg_keyed handles; /* handle: name */
};

enum hg_nfs_anomaly { HG_NFS_MALFORMED, HG_NFS_TOO_MANY, HG_NFS_ANOMALIES };

/* message.c: one record, or a datagram. false: it does not follow the protocol. */
bool hg_nfs_message(struct hg_app *app, enum hg_dir dir, struct hg_span in, bool torn);

/* arguments.c: of the call, from the reader on; of the reply, behind its status. */
bool hg_nfs_arguments(struct hg_nfs_tx *tx, struct hg_reader *r);
void hg_nfs_results(struct hg_nfs_tx *tx, struct hg_reader *r);
struct hg_span hg_nfs_opaque(struct hg_reader *r, uint32_t most);

/* log.c */
void hg_nfs_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_nfs_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);

#endif
