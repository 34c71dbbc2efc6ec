#include "linkage/decision/record.h"

#include <stdio.h>
#include <time.h>

#include "base/json.h"
#include "linkage/io/clock.h"

#define RECORD_MOST 4096

/* The calendar is asked once for each second: what lies around the fraction is the same for all its stamps. */
void
hg_record_stamp(int64_t wall, char *buf)
{
	static __thread struct {
		time_t seconds;
		char date[24], zone[8];
	} kept[8];
	const time_t seconds = wall / HG_WALL_SEC;
	const size_t place = (size_t)seconds % HG_COUNT(kept);

	if (seconds != kept[place].seconds) {
		struct tm t;

		localtime_r(&seconds, &t);
		strftime(kept[place].date, sizeof(kept[place].date), "%Y-%m-%dT%H:%M:%S", &t);
		strftime(kept[place].zone, sizeof(kept[place].zone), "%z", &t);
		kept[place].seconds = seconds;
	}
	snprintf(buf, HG_STAMP_TEXT, "%s.%06u%s", kept[place].date, (unsigned)(wall % HG_WALL_SEC),
		kept[place].zone);
}

static void
put_stamp(struct hg_json *j, const char *name, int64_t wall)
{
	char text[HG_STAMP_TEXT];

	hg_record_stamp(wall, text);
	hg_json_plain(j, name, hg_span_str(text));
}

static void
put_lease(struct hg_json *j, const struct hg_record *r)
{
	const struct hg_lease *l = r->lease;
	char id[HG_ID_TEXT];

	hg_json_cstr(j, "id", hg_lease_id_text(l->id, id));
	hg_json_cstr(j, r->origin == HG_ORIGIN_POLICY ? "rule" : "comment", l->why);
	hg_json_u64(j, "level", l->level);
	if (l->ttl != 0)
		hg_json_u64(j, "ttl", l->ttl);
	if (l->expires != 0)
		put_stamp(j, "expires", l->expires);
}

static void
put_alert(struct hg_json *j, const struct hg_record *r)
{
	const struct hg_alert *a = r->alert;

	if (a == NULL && (r->lease == NULL || r->lease->sid == 0))
		return;
	hg_json_open_at(j, "alert");
	hg_json_u64(j, "gid", a == NULL ? r->lease->gid : a->gid);
	hg_json_u64(j, "signature_id", a == NULL ? r->lease->sid : a->sid);
	if (a != NULL) {
		hg_json_cstr(j, "signature", a->signature);
		hg_json_cstr(j, "timestamp", a->timestamp);
	}
	if (a == NULL ? r->lease->flow_id != 0 : a->flow_id != 0)
		hg_json_u64(j, "flow_id", a == NULL ? r->lease->flow_id : a->flow_id);
	hg_json_close(j);
}

static void
put_text(struct hg_json *j, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		hg_json_cstr(j, name, text);
}

static struct hg_span
build(struct hg_json *j, const struct hg_record *r, uint64_t seq, int64_t wall)
{
	char net[HG_NET_TEXT];

	hg_json_open(j);
	put_stamp(j, "timestamp", wall);
	hg_json_cstr(j, "event_type", "block");
	hg_json_open_at(j, "block");
	hg_json_u64(j, "seq", seq);
	hg_json_cstr(j, "action", r->action);
	if (r->net != NULL)
		hg_json_cstr(j, "address", hg_net_text(r->net, net));
	if (r->lease != NULL || r->reason != NULL)
		hg_json_cstr(j, "origin", hg_origin_name(r->origin));
	if (r->lease != NULL)
		put_lease(j, r);
	put_text(j, "target", r->target);
	put_text(j, "reason", r->reason);
	put_text(j, "detail", r->detail);
	if (r->latency != 0)
		hg_json_u64(j, "latency_us", r->latency);
	if (r->count != 0)
		hg_json_u64(j, "count", r->count);
	put_alert(j, r);
	hg_json_close(j);
	hg_json_close(j);
	return hg_json_done(j);
}

void
hg_record_write(struct hg_decider *d, const struct hg_record *r)
{
	char buf[RECORD_MOST];
	struct hg_json j = hg_json_of(buf, sizeof(buf));
	const int64_t wall = hg_wall();
	const struct hg_span line = build(&j, r, d->store == NULL ? 1 : hg_store_next(d->store), wall);

	if (d->store != NULL)
		hg_store_journal(d->store, wall, line);
	if (d->listen != NULL)
		d->listen(d->listen_ctx, line);
}
