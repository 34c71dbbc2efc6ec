/* What both versions keep of messages that others refer to: names of files, shares; and times as they write them. */
#include "app/smb/smb_int.h"

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
	tx->name = hg_smb_bare(&tx->tx.arena, hg_span_sub(name, 0, HG_SMB_NAME));
	tx->number = disposition;
	tx->deleting = (options & 0x1000) != 0;
	tx->directory = (options & 1) != 0;
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
