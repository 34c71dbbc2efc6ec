/* What both versions keep of messages that others refer to: names of files, shares; and times as they write them. */
#include "app/smb/smb_int.h"

enum { SUPERSEDE, OPEN, CREATE, OPEN_IF, OVERWRITE, OVERWRITE_IF };

static enum hg_smb_op
op_of_create(const struct hg_smb_tx *tx, uint32_t disposition)
{
	if (tx->deleting)
		return HG_SMB_OP_DELETE;
	if (disposition == CREATE)
		return tx->directory ? HG_SMB_OP_MKDIR : HG_SMB_OP_CREATE;
	return disposition == OPEN || disposition == OPEN_IF ? HG_SMB_OP_OPEN : HG_SMB_OP_OVERWRITE;
}

enum { WAS_SUPERSEDED, WAS_OPENED, WAS_CREATED, WAS_OVERWRITTEN };

void
hg_smb_note_created(struct hg_smb_tx *tx, uint32_t action)
{
	if (tx->deleting || action > WAS_OVERWRITTEN)
		return;
	if (action == WAS_CREATED)
		tx->op = tx->directory ? HG_SMB_OP_MKDIR : HG_SMB_OP_CREATE;
	else
		tx->op = action == WAS_OPENED ? HG_SMB_OP_OPEN : HG_SMB_OP_OVERWRITE;
}

void
hg_smb_ask_create(struct hg_app *app, const struct hg_smb_head *h, struct hg_span name, uint32_t disposition,
	uint32_t options)
{
	const struct hg_keyed_key key = hg_smb_key(h, HG_SMB_KEY_NAME);
	struct hg_keyed *table = &((struct hg_smb *)app->state)->table;
	struct hg_smb_tx *tx = hg_smb_ask(app, h, HG_SMB_CREATE);
	struct hg_keyed_slot *slot;

	if (tx == NULL)
		return;
	tx->name = hg_smb_name(tx, hg_span_sub(name, 0, HG_SMB_NAME), h->unicode);
	tx->number = disposition;
	tx->deleting = (options & 0x1000) != 0;
	tx->directory = (options & 1) != 0;
	tx->op = (uint8_t)op_of_create(tx, disposition);
	hg_smb_note_path(tx, tx->name);
	slot = hg_keyed_put(table, &key);
	if (slot != NULL)
		hg_keyed_add_text(table, slot, tx->name, HG_SMB_NAME);
}

void
hg_smb_keep_tree(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb_tx *tx)
{
	const struct hg_keyed_key key = hg_smb_key(h, HG_SMB_KEY_TREE);
	struct hg_keyed *table = &((struct hg_smb *)app->state)->table;
	struct hg_keyed_slot *slot = hg_keyed_put(table, &key);

	if (slot == NULL)
		return;
	slot->flag = tx->pipe;
	hg_keyed_add_text(table, slot, tx->name, HG_SMB_NAME);
}

void
hg_smb_drop_tree(struct hg_app *app, const struct hg_smb_head *h)
{
	const struct hg_keyed_key key = hg_smb_key(h, HG_SMB_KEY_TREE);
	struct hg_keyed *table = &((struct hg_smb *)app->state)->table;
	struct hg_keyed_slot *slot = hg_keyed_find(table, &key);

	if (slot != NULL)
		hg_keyed_drop(table, slot);
}

void
hg_smb_read_times(struct hg_reader *r, uint32_t times[4])
{
	const uint64_t epoch = UINT64_C(11644473600);

	for (unsigned i = 0; i < 4; i++) {
		const uint64_t seconds = hg_read_u64le(r) / 10000000;

		times[i] = seconds > epoch ? (uint32_t)(seconds - epoch) : 0;
	}
}
