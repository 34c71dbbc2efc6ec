/* Ethernet addresses of a flow's packets, for records; kept beside the table when somebody wants them. */
#include "flow/flow_int.h"

#include "base/region.h"

#include <errno.h>

int
hg_flow_macs_open(struct hg_flows *t, struct hg_error *err)
{
	if (!t->config.macs)
		return 0;
	t->macs_mapped = t->pool.cap * sizeof(*t->macs);
	t->macs = hg_region_map(t->macs_mapped);
	return t->macs != NULL ? 0 : hg_error_errno(err, "cannot map the Ethernet addresses of flows");
}

void
hg_flow_macs_close(struct hg_flows *t)
{
	if (t->macs != NULL)
		hg_region_unmap(t->macs, t->macs_mapped);
}

static void
add(struct hg_flow_mac_list *l, const uint8_t *mac)
{
	for (unsigned i = 0; i < l->n; i++)
		if (memcmp(l->mac[i], mac, HG_MAC) == 0)
			return;
	if (l->n < HG_FLOW_MACS)
		memcpy(l->mac[l->n++], mac, HG_MAC);
}

void
hg_flow_macs_note(struct hg_flows *t, const struct hg_flow *f, const struct hg_packet *p)
{
	const uint8_t *header = hg_packet_ether(p);
	struct hg_flow_macs *m;

	if (t->macs == NULL)
		return;
	m = &t->macs[flow_index(t, f)];
	if (f->packets[HG_TO_SERVER] + f->packets[HG_TO_CLIENT] == 1)
		m->client.n = m->server.n = 0;
	if (header == NULL)
		return;
	add(p->dir == HG_TO_SERVER ? &m->server : &m->client, header);
	add(p->dir == HG_TO_SERVER ? &m->client : &m->server, header + HG_MAC);
	t->stats.macs_client = HG_MAX(t->stats.macs_client, m->client.n);
	t->stats.macs_server = HG_MAX(t->stats.macs_server, m->server.n);
}

/* NULL: none are kept. A flow that drives a decoder alone belongs to no table. */
static struct hg_flow_macs *
macs_of(const struct hg_flow *f)
{
	return f->table == NULL || f->table->macs == NULL ? NULL : &f->table->macs[flow_index(f->table, f)];
}

void
hg_flow_macs_reverse(struct hg_flow *f)
{
	struct hg_flow_macs *m = macs_of(f);
	struct hg_flow_mac_list client;

	if (m == NULL)
		return;
	client = m->client;
	m->client = m->server;
	m->server = client;
}

const struct hg_flow_macs *
hg_flow_macs(const struct hg_flow *f)
{
	const struct hg_flow_macs *m = macs_of(f);

	return m == NULL || m->client.n == 0 ? NULL : m;
}
