/* What lists of digests say of a file that is over (`file-lists`): in its record, and an alert when it is bad. */
#include "event/event_int.h"

#include "anomaly/detector.h"

struct hg_event_known
hg_event_know(struct hg_events *e, const struct hg_snapshot *rules, const struct hg_file *file)
{
	const struct hg_known *lists = rules == NULL ? NULL : rules->known;
	const struct hg_known_list *list;
	struct hg_event_known known = { .lists = lists };

	for (unsigned i = 0; (list = hg_known_list(lists, i)) != NULL; i++) {
		struct hg_view digest;
		struct hg_span label;

		if (!hg_file_digest(file, list->hash, &digest) ||
			!hg_known_find(lists, i, digest.data, &label))
			continue;
		known.in |= 1u << i;
		known.bad |= !list->good;
	}
	e->stats.files_bad += known.bad;
	e->stats.files_good += known.in != 0 && !known.bad;
	return known;
}

void
hg_event_known(struct hg_json *j, const struct hg_event_known *known, const struct hg_file *file)
{
	static const char *const hashes[] = { "md5", "sha1", "sha256", "sm3" };

	if (known->in == 0)
		return;
	hg_json_array_at(j, "known");
	for (unsigned left = known->in; left != 0; left &= left - 1) {
		const unsigned i = (unsigned)__builtin_ctz(left);
		const struct hg_known_list *list = hg_known_list(known->lists, i);
		struct hg_span label = HG_SPAN_NONE;
		struct hg_view digest;

		hg_file_digest(file, list->hash, &digest);
		hg_known_find(known->lists, i, digest.data, &label);
		hg_json_open(j);
		hg_json_cstr(j, "list", list->name);
		hg_json_cstr(j, "verdict", list->good ? "good" : "bad");
		hg_json_cstr(j, "hash", hashes[__builtin_ctz(list->hash)]);
		if (label.len > 0)
			hg_json_str(j, "label", label);
		hg_json_close(j);
	}
	hg_json_array_end(j);
}

static void
write_alert(struct hg_json *j, struct hg_span xff)
{
	hg_json_open_at(j, "alert");
	hg_json_cstr(j, "action", "allowed");
	hg_json_u64(j, "gid", HG_DETECTION_GID);
	hg_json_u64(j, "signature_id", HG_EVENT_BAD_FILE_SID);
	hg_json_u64(j, "rev", 1);
	hg_json_cstr(j, "signature", "File that a list calls bad");
	hg_json_cstr(j, "category", "A Network Trojan was detected");
	hg_json_u64(j, "severity", 1);
	hg_json_open_at(j, "metadata");
	hg_json_array_at(j, "msg_zh");
	hg_json_item_cstr(j, "名单中的恶意文件");
	hg_json_array_end(j);
	hg_json_close(j);
	if (xff.len > 0)
		hg_json_str(j, "xff", xff);
	hg_json_close(j);
}

void
hg_event_known_alert(struct hg_events *e, const struct hg_event_head *head, const struct hg_tx *tx,
	const struct hg_file *file, const struct hg_event_known *known)
{
	const struct hg_event_xff *x = &e->config.xff[HG_XFF_ALERT];
	struct hg_event_head alert = *head;
	uint8_t name[HG_MASK_URL];
	char address[HG_ADDR_TEXT];
	struct hg_span xff;
	struct hg_json j;

	if (!known->bad || !e->config.alert)
		return;
	alert.type = "alert";
	alert.tx = tx;
	xff = hg_event_xff(x, head->flow, tx, address);
	if (x->overwrite)
		alert.client = xff;
	j = hg_event_begin(e, &alert);
	write_alert(&j, x->overwrite ? HG_SPAN_NONE : xff);
	if (e->config.alert_app && tx->decoder->log != NULL)
		tx->decoder->log(tx, true, (enum hg_dir)file->dir, &j);
	hg_event_app_proto(&j, head->flow, tx);
	hg_json_array_at(&j, "files");
	hg_json_open(&j);
	hg_file_log(file, hg_event_file_name(tx, file, name), tx->number, &j);
	hg_event_known(&j, known, file);
	hg_json_close(&j);
	hg_json_array_end(&j);
	hg_json_cstr(&j, "direction", file->dir == HG_TO_SERVER ? "to_server" : "to_client");
	if (e->config.alert_flow)
		hg_event_alert_flow(e, &j, head->flow);
	hg_event_users(e, &j, &alert);
	hg_event_end(e, &j, HG_EVE_ALERT);
}
