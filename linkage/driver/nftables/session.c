#include "linkage/driver/nftables/session.h"

#include <endian.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/hash.h"

#define REPLY_MOST 65536

/* Called for each message that is no answer; false: enough. */
typedef void (*each_message)(void *ctx, struct nlmsghdr *h);

static void
keep_words(struct hg_nft_session *s, struct nlmsghdr *h, const struct nlmsgerr *e)
{
	const bool capped = (h->nlmsg_flags & NLM_F_CAPPED) != 0;
	const size_t skip = sizeof(*e) + (capped ? 0 : NLMSG_ALIGN(e->msg.nlmsg_len - NLMSG_HDRLEN));
	struct nlattr *words;

	snprintf(s->said, sizeof(s->said), "%s", strerror(-e->error));
	if ((h->nlmsg_flags & NLM_F_ACK_TLVS) == 0 || skip > (size_t)nlmsg_datalen(h))
		return;
	words = nla_find((struct nlattr *)((char *)nlmsg_data(h) + skip), nlmsg_datalen(h) - (int)skip,
		NLMSGERR_ATTR_MSG);
	if (words != NULL)
		snprintf(s->said, sizeof(s->said), "%s: %.*s", strerror(-e->error), nla_len(words),
			(const char *)nla_data(words));
}

struct wait {
	uint32_t first, last; /* numbers whose answer ends it */
	int error;            /* the first that was told */
	bool over;
	each_message each;
	void *ctx;
};

static void
take(struct hg_nft_session *s, struct wait *w, struct nlmsghdr *h)
{
	if (h->nlmsg_type == NLMSG_DONE) {
		w->over |= h->nlmsg_seq == w->last;
	} else if (h->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *e = nlmsg_data(h);

		/* An answer to an earlier question, which was given up. */
		if (e->msg.nlmsg_seq < w->first || e->msg.nlmsg_seq > w->last)
			return;
		if (e->error != 0 && w->error == 0) {
			w->error = e->error;
			keep_words(s, h, e);
		}
		w->over |= e->msg.nlmsg_seq == w->last || (e->error != 0 && e->msg.nlmsg_seq == w->first);
	} else if (w->each != NULL && h->nlmsg_seq == w->last) {
		w->each(w->ctx, h);
	}
}

static int
answers(struct hg_nft_session *s, struct wait *w)
{
	static __thread uint8_t reply[REPLY_MOST] __attribute__((aligned(8)));

	while (!w->over) {
		ssize_t n = recv(nl_socket_get_fd(s->sock), reply, sizeof(reply), 0);
		int left = (int)n;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			snprintf(s->said, sizeof(s->said), "%s", strerror(errno));
			return -errno;
		}
		for (struct nlmsghdr *h = (struct nlmsghdr *)reply; nlmsg_ok(h, left);
			h = nlmsg_next(h, &left))
			take(s, w, h);
	}
	return w->error;
}

static int
send_all(struct hg_nft_session *s)
{
	int sent;

	if (s->buf.failed) {
		snprintf(s->said, sizeof(s->said), "no memory for a message");
		return -ENOMEM;
	}
	sent = nl_sendto(s->sock, s->buf.p, s->buf.len);
	if (sent < 0) {
		snprintf(s->said, sizeof(s->said), "cannot send: %s", nl_geterror(sent));
		return -EIO;
	}
	return 0;
}

int
hg_nft_commit(struct hg_nft_session *s)
{
	struct wait w = { .first = s->buf.first_seq };
	int status;

	hg_nft_batch_end(&s->buf);
	/* The last one before the end answers for all. */
	w.last = s->buf.seq - 2;
	status = send_all(s);
	return status < 0 ? status : answers(s, &w);
}

/* Sends the one message in s->buf. */
static int
ask(struct hg_nft_session *s, each_message each, void *ctx)
{
	struct wait w = { .first = s->buf.seq - 1, .last = s->buf.seq - 1, .each = each, .ctx = ctx };
	int status = send_all(s);

	return status < 0 ? status : answers(s, &w);
}

static void
begin_question(struct hg_nft_session *s, unsigned type, bool dump)
{
	hg_nft_clear(&s->buf);
	hg_nft_message(&s->buf, type, dump ? NLM_F_DUMP : NLM_F_ACK, NFPROTO_INET);
}

static struct nlattr *
attribute(struct nlmsghdr *h, int type)
{
	return nlmsg_find_attr(h, sizeof(struct nfgenmsg), type);
}

static void
take_generation(void *ctx, struct nlmsghdr *h)
{
	struct nlattr *id = attribute(h, NFTA_GEN_ID);

	if (id != NULL && nla_len(id) == 4)
		*(uint32_t *)ctx = be32toh(nla_get_u32(id));
}

uint32_t
hg_nft_generation(struct hg_nft_session *s)
{
	uint32_t generation = 0;

	begin_question(s, NFT_MSG_GETGEN, false);
	hg_nft_message_end(&s->buf);
	return ask(s, take_generation, &generation) < 0 ? 0 : generation;
}

struct handles {
	int type; /* of the attribute */
	uint64_t sum;
	unsigned n;
};

static void
take_handle(void *ctx, struct nlmsghdr *h)
{
	struct handles *all = ctx;
	struct nlattr *handle = attribute(h, all->type);
	uint64_t values[2] = { all->sum };

	if (handle == NULL || nla_len(handle) != 8)
		return;
	values[1] = nla_get_u64(handle);
	all->sum = hg_hash(&HG_HASH_KEY_REPLAY, values, sizeof(values));
	all->n++;
}

#define RULES (3 * HG_SETS)

uint64_t
hg_nft_fingerprint(struct hg_nft_session *s)
{
	const struct {
		unsigned type;
		bool dump;
		int handle, table, name;
		const char *chain;
	} questions[] = { { NFT_MSG_GETTABLE, false, NFTA_TABLE_HANDLE, NFTA_TABLE_NAME, 0, NULL },
		{ NFT_MSG_GETCHAIN, false, NFTA_CHAIN_HANDLE, NFTA_CHAIN_TABLE, NFTA_CHAIN_NAME,
			hg_nft_chains[0] },
		{ NFT_MSG_GETCHAIN, false, NFTA_CHAIN_HANDLE, NFTA_CHAIN_TABLE, NFTA_CHAIN_NAME,
			hg_nft_chains[1] },
		{ NFT_MSG_GETSET, true, NFTA_SET_HANDLE, NFTA_SET_TABLE, 0, NULL },
		{ NFT_MSG_GETRULE, true, NFTA_RULE_HANDLE, NFTA_RULE_TABLE, 0, NULL } };
	struct handles all = { 0 };

	for (size_t i = 0; i < HG_COUNT(questions); i++) {
		begin_question(s, questions[i].type, questions[i].dump);
		hg_nft_put_text(&s->buf, (unsigned)questions[i].table, s->buf.table);
		if (questions[i].chain != NULL)
			hg_nft_put_text(&s->buf, (unsigned)questions[i].name, questions[i].chain);
		hg_nft_message_end(&s->buf);
		all.type = questions[i].handle;
		if (ask(s, take_handle, &all) < 0)
			return 0;
	}
	return all.n == 1 + HG_COUNT(hg_nft_chains) + HG_SETS + RULES ? all.sum : 0;
}

static void
count(void *ctx, struct nlmsghdr *h)
{
	(void)h;
	++*(unsigned *)ctx;
}

int
hg_nft_missing(
	struct hg_nft_session *s, enum hg_nft_set set, const struct hg_net *nets, unsigned n, bool *missing)
{
	unsigned from = 0;

	memset(missing, 0, n * sizeof(*missing));
	while (from < n) {
		unsigned there = 0;
		size_t list;
		int status;

		begin_question(s, NFT_MSG_GETSETELEM, false);
		hg_nft_put_text(&s->buf, NFTA_SET_ELEM_LIST_TABLE, s->buf.table);
		hg_nft_put_text(&s->buf, NFTA_SET_ELEM_LIST_SET, hg_nft_sets[set].name);
		list = hg_nft_nest(&s->buf, NFTA_SET_ELEM_LIST_ELEMENTS);
		for (unsigned i = from; i < n; i++)
			hg_nft_put_key(&s->buf, &nets[i]);
		hg_nft_nest_end(&s->buf, list);
		hg_nft_message_end(&s->buf);
		status = ask(s, count, &there);
		if (status == 0)
			return 0;
		/* The kernel stops at the first that it has not: as many came as stood before it. */
		if (status != -ENOENT || from + there >= n)
			return status;
		missing[from + there] = true;
		from += there + 1;
	}
	return 0;
}

#define PROBE_TABLE "hangu-probe"
#define PROBE_SET HG_SET_HOST4

static void
take_timeout(void *ctx, struct nlmsghdr *h)
{
	struct nlattr *list = attribute(h, NFTA_SET_ELEM_LIST_ELEMENTS);
	struct nlattr *element =
		list == NULL ? NULL : nla_find(nla_data(list), nla_len(list), NFTA_LIST_ELEM);
	struct nlattr *timeout =
		element == NULL ? NULL : nla_find(nla_data(element), nla_len(element), NFTA_SET_ELEM_TIMEOUT);

	if (timeout != NULL && nla_len(timeout) == 8)
		*(uint64_t *)ctx = be64toh(nla_get_u64(timeout)) / 1000;
}

/* Tries out in a table of its own what this kernel does. */
static int
probe(struct hg_nft_session *s)
{
	struct hg_nft_element e = { .net = { { { .b = { 192, 0, 2, 1 } } }, 4, 32 }, .timeout = 3600 };
	uint64_t timeout = 0;
	size_t list;
	int status;

	hg_nft_batch_begin(&s->buf);
	hg_nft_table_anew(&s->buf);
	hg_nft_put_set(&s->buf, PROBE_SET);
	hg_nft_elements(&s->buf, NFT_MSG_NEWSETELEM, NLM_F_CREATE, PROBE_SET, &e, 1);
	status = hg_nft_commit(s);
	if (status < 0)
		return status;
	e.timeout = 7200;
	hg_nft_batch_begin(&s->buf);
	hg_nft_elements(&s->buf, NFT_MSG_NEWSETELEM, NLM_F_CREATE, PROBE_SET, &e, 1);
	hg_nft_commit(s);
	begin_question(s, NFT_MSG_GETSETELEM, false);
	hg_nft_put_text(&s->buf, NFTA_SET_ELEM_LIST_TABLE, s->buf.table);
	hg_nft_put_text(&s->buf, NFTA_SET_ELEM_LIST_SET, hg_nft_sets[PROBE_SET].name);
	list = hg_nft_nest(&s->buf, NFTA_SET_ELEM_LIST_ELEMENTS);
	hg_nft_put_key(&s->buf, &e.net);
	hg_nft_nest_end(&s->buf, list);
	hg_nft_message_end(&s->buf);
	ask(s, take_timeout, &timeout);
	s->refreshes = timeout == e.timeout;
	e.net.addr.b[3] = 2;
	hg_nft_batch_begin(&s->buf);
	hg_nft_elements(&s->buf, HG_NFT_MSG_DESTROYSETELEM, 0, PROBE_SET, &e, 1);
	s->destroys = hg_nft_commit(s) == 0;
	hg_nft_batch_begin(&s->buf);
	hg_nft_remove(&s->buf);
	return hg_nft_commit(s);
}

int
hg_nft_session_open(struct hg_nft_session *s, const char *netns, struct hg_error *err)
{
	const int on = 1;
	int status;

	*s = (struct hg_nft_session){ 0 };
	hg_nft_init(&s->buf);
	status = hg_netns_socket(&s->sock, netns, NETLINK_NETFILTER, err);
	if (status < 0)
		return status;
	setsockopt(nl_socket_get_fd(s->sock), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(nl_socket_get_fd(s->sock), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	s->buf.table = PROBE_TABLE;
	status = probe(s);
	s->buf.table = HG_NFT_TABLE;
	if (status < 0) {
		hg_error_set(err, status, "nf_tables does not work here: %s", s->said);
		hg_nft_session_close(s);
	}
	return status;
}

void
hg_nft_session_close(struct hg_nft_session *s)
{
	nl_socket_free(s->sock);
	s->sock = NULL;
	hg_nft_fini(&s->buf);
}
