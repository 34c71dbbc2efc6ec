/* Who is at the ends of a record: of a connection its own user, of other hosts who was seen to log in there. */
#include "base/text.h"
#include "event/event_int.h"

static hg_time
age_of(hg_time since, hg_time now)
{
	return now > since ? (now - since) / HG_SEC : 0;
}

static void
write_user(struct hg_json *j, const char *name, const struct hg_who_user *u, hg_time now)
{
	static const char *const confidences[] = { "certain", "likely", "guessed" };
	const char *proto = hg_event_proto_name(u->proto);

	hg_json_open_at(j, name);
	hg_json_text(j, "name", hg_text_cut(hg_span(u->name, u->len)));
	if (proto != NULL)
		hg_json_cstr(j, "source", proto);
	hg_json_u64(j, "age", age_of(u->since, now));
	hg_json_cstr(j, "confidence", confidences[u->confidence]);
	if (u->shared)
		hg_json_bool(j, "shared", true);
	hg_json_close(j);
}

static void
write_end(struct hg_events *e, struct hg_json *j, const char *name, const struct hg_addr *addr,
	const struct hg_who_host *like, hg_time now)
{
	struct hg_who_host host = *like;
	struct hg_who_user u;

	host.addr = *addr;
	if (hg_who_find(e->config.who, &host, now, &u))
		write_user(j, name, &u, now);
}

void
hg_event_users_of(struct hg_events *e, struct hg_json *j, const struct hg_event_ends *ends,
	const uint16_t vlan[HG_VLANS], hg_time now)
{
	struct hg_who_host like = { .family = ends->family };

	if (e->config.who == NULL || ends->family == 0)
		return;
	memcpy(like.vlan, vlan, sizeof(like.vlan));
	write_end(e, j, "src_user", &ends->src, &like, now);
	write_end(e, j, "dest_user", &ends->dst, &like, now);
}

/* VLANs that tell hosts apart, as they do flows. */
static const uint16_t *
vlan_of(const struct hg_events *e, const struct hg_event_head *h)
{
	static const uint16_t none[HG_VLANS];

	if (h->flow != NULL)
		return h->flow->key.vlan;
	return e->config.who_by_vlan ? h->packet->vlan : none;
}

/* Of the connection itself; it needs no second to be known. */
static bool
own_user(const struct hg_flow *f, struct hg_who_user *u)
{
	const struct hg_app *app = f == NULL ? NULL : f->app;
	const struct hg_app_user *own = app == NULL ? NULL : app->users;

	if (own == NULL || !own->certain)
		return false;
	*u = (struct hg_who_user){ .since = own->since,
		.proto = own->proto,
		.confidence = own->confidence,
		.len = (uint8_t)HG_MIN(own->len, HG_WHO_NAME) };
	memcpy(u->name, own->name, u->len);
	return true;
}

void
hg_event_users(struct hg_events *e, struct hg_json *j, const struct hg_event_head *h)
{
	const struct hg_event_ends ends = hg_event_ends_of(h);
	struct hg_who_host like = { .family = ends.family };
	struct hg_who_user own;
	bool client_is_src;

	/* Of whom a proxy speaks nothing is known by address. */
	if (e->config.who == NULL || ends.family == 0 || h->client.len > 0)
		return;
	if (!own_user(h->flow, &own)) {
		hg_event_users_of(e, j, &ends, vlan_of(e, h), h->time);
		return;
	}
	memcpy(like.vlan, vlan_of(e, h), sizeof(like.vlan));
	client_is_src = h->sides == HG_SIDES_PACKET ? h->packet->dir == HG_TO_SERVER
						    : h->sides == HG_SIDES_CLIENT_FIRST;
	if (client_is_src)
		write_user(j, "src_user", &own, h->time);
	else
		write_end(e, j, "src_user", &ends.src, &like, h->time);
	if (client_is_src)
		write_end(e, j, "dest_user", &ends.dst, &like, h->time);
	else
		write_user(j, "dest_user", &own, h->time);
}

/* ---- learning ---- */

static void
put(struct hg_events *e, const struct hg_who_user *u)
{
	switch (hg_who_put(e->config.who, u)) {
	case HG_WHO_REPLACED:
		e->stats.users_replaced++;
		e->stats.users_learnt++;
		break;
	case HG_WHO_KEPT:
		e->stats.users_learnt++;
		break;
	case HG_WHO_BUSY:
		e->stats.users_refused++;
		break;
	}
}

void
hg_event_note_user(struct hg_events *e, const struct hg_packet *p, const struct hg_login *l)
{
	struct hg_who_notes *notes = &e->notes[p->part];
	struct hg_who_user u = { .since = p->time,
		.host.family = p->flow->key.family,
		.proto = l->proto,
		.confidence = l->confidence,
		.len = (uint8_t)HG_MIN(l->user.len, (size_t)HG_WHO_NAME) };

	if (e->config.who == NULL || l->result != HG_LOGIN_SUCCESS || u.len == 0)
		return;
	u.host.addr = *hg_flow_client_addr(p->flow);
	memcpy(u.host.vlan, p->flow->key.vlan, sizeof(u.host.vlan));
	memcpy(u.name, l->user.p, u.len);
	if (e->config.who_at_once)
		put(e, &u);
	else if (notes->n < HG_WHO_NOTES)
		notes->users[notes->n++] = u;
	else
		e->stats.users_refused++;
}

void
hg_event_learn(struct hg_events *e, unsigned part)
{
	struct hg_who_notes *notes = &e->notes[part];

	for (unsigned i = 0; e->config.who != NULL && i < notes->n; i++)
		put(e, &notes->users[i]);
	notes->n = 0;
}
