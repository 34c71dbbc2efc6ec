/* The EVE object `ssh`. */
#include "app/ssh/ssh_int.h"

#define SHOWN 256 /* bytes of a text, compat suricata7 */
#define CUT "[truncated]"

static void
put_text(struct hg_json *j, const char *name, struct hg_span text, bool cuts)
{
	uint8_t cut[SHOWN + sizeof(CUT) - 1];

	if (cuts && text.len > SHOWN) {
		memcpy(cut, text.p, SHOWN);
		memcpy(cut + SHOWN, CUT, sizeof(CUT) - 1);
		text = hg_span(cut, sizeof(cut));
	}
	hg_json_str(j, name, text);
}

static void
put_side(const struct hg_ssh_tx *ssh, enum hg_dir dir, const char *name, struct hg_json *j)
{
	const struct hg_ssh_side *side = &ssh->side[dir];
	const bool cuts = hg_as_peer(ssh->tx.app->suricata7, HG_DIFF_SSH_BANNER_BY_PIECE);

	if (side->proto.len == 0)
		return;
	hg_json_open_at(j, name);
	put_text(j, "proto_version", side->proto, cuts);
	if (side->software.len > 0)
		put_text(j, "software_version", side->software, cuts);
	if (side->hassh.p != NULL) {
		hg_json_open_at(j, "hassh");
		hg_json_str(j, "hash", side->hassh);
		hg_json_str(j, "string", side->hassh_string);
		hg_json_close(j);
	}
	hg_json_close(j);
}

void
hg_ssh_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_ssh_tx *ssh = (const struct hg_ssh_tx *)tx;

	(void)in_alert;
	(void)dir;
	if (ssh->side[HG_TO_SERVER].proto.len == 0 && ssh->side[HG_TO_CLIENT].proto.len == 0)
		return;
	hg_json_open_at(j, "ssh");
	put_side(ssh, HG_TO_SERVER, "client", j);
	put_side(ssh, HG_TO_CLIENT, "server", j);
	hg_json_close(j);
}

/* Who logs in, and whether he is let in, is encrypted. */
bool
hg_ssh_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a)
{
	const struct hg_ssh_tx *ssh = (const struct hg_ssh_tx *)tx;

	(void)i;
	a->class_ = HG_AUDIT_SESSION;
	a->action = HG_BYTES("connect");
	a->object = ssh->side[HG_TO_CLIENT].software;
	a->opaque = true;
	return true;
}

bool
hg_ssh_log_record(const struct hg_tx *tx, unsigned i, struct hg_json *j)
{
	const struct hg_ssh_tx *ssh = (const struct hg_ssh_tx *)tx;

	if (i > 0 || (ssh->side[HG_TO_SERVER].proto.len == 0 && ssh->side[HG_TO_CLIENT].proto.len == 0))
		return false;
	hg_ssh_log(tx, false, HG_TO_SERVER, j);
	return true;
}
