#include "linkage/driver/nftables/encode.h"

#include <endian.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stdlib.h>

#define NO_MESSAGE SIZE_MAX

void
hg_nft_init(struct hg_nft_buf *b)
{
	*b = (struct hg_nft_buf){ .message = NO_MESSAGE, .seq = 1, .table = HG_NFT_TABLE };
}

void
hg_nft_fini(struct hg_nft_buf *b)
{
	free(b->p);
	hg_nft_init(b);
}

void
hg_nft_clear(struct hg_nft_buf *b)
{
	b->len = 0;
	b->failed = false;
	b->message = NO_MESSAGE;
	b->first_seq = b->seq;
}

/* Room for n bytes and what aligns them, zeroed. */
static void *
grow(struct hg_nft_buf *b, size_t n)
{
	const size_t whole = NLMSG_ALIGN(n);
	uint8_t *at;

	if (b->len + whole > b->room) {
		const size_t room = HG_MAX(2 * b->room, HG_MAX(b->len + whole, (size_t)8192));
		uint8_t *p = b->failed ? NULL : realloc(b->p, room);

		if (p == NULL) {
			b->failed = true;
			return NULL;
		}
		b->p = p;
		b->room = room;
	}
	at = memset(b->p + b->len, 0, whole);
	b->len += whole;
	return at;
}

static void
begin(struct hg_nft_buf *b, unsigned type, unsigned flags, uint8_t family, uint16_t resource)
{
	struct nlmsghdr head = { .nlmsg_type = (uint16_t)type,
		.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags) };
	const struct nfgenmsg gen = {
		.nfgen_family = family, .version = NFNETLINK_V0, .res_id = htobe16(resource)
	};
	uint8_t *at;

	b->message = b->len;
	head.nlmsg_seq = b->seq++;
	at = grow(b, NLMSG_HDRLEN + sizeof(gen));
	if (at == NULL)
		return;
	memcpy(at, &head, sizeof(head));
	memcpy(at + NLMSG_HDRLEN, &gen, sizeof(gen));
}

void
hg_nft_message_end(struct hg_nft_buf *b)
{
	const uint32_t len = (uint32_t)(b->len - b->message);

	if (!b->failed)
		memcpy(b->p + b->message + offsetof(struct nlmsghdr, nlmsg_len), &len, sizeof(len));
}

void
hg_nft_message(struct hg_nft_buf *b, unsigned type, unsigned flags, uint8_t family)
{
	begin(b, (unsigned)NFNL_SUBSYS_NFTABLES << 8 | type, flags, family, 0);
}

void
hg_nft_batch_begin(struct hg_nft_buf *b)
{
	hg_nft_clear(b);
	begin(b, NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
	hg_nft_message_end(b);
}

void
hg_nft_batch_end(struct hg_nft_buf *b)
{
	uint16_t flags;

	/* Kernels before 6.10 answer no BATCH_END: the last message before it asks instead. */
	if (!b->failed) {
		memcpy(&flags, b->p + b->message + offsetof(struct nlmsghdr, nlmsg_flags), sizeof(flags));
		flags |= NLM_F_ACK;
		memcpy(b->p + b->message + offsetof(struct nlmsghdr, nlmsg_flags), &flags, sizeof(flags));
	}
	begin(b, NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
	hg_nft_message_end(b);
}

void
hg_nft_put(struct hg_nft_buf *b, unsigned attribute, const void *p, size_t len)
{
	const struct nlattr head = { .nla_len = (uint16_t)(NLA_HDRLEN + len),
		.nla_type = (uint16_t)attribute };
	uint8_t *at = grow(b, NLA_HDRLEN + len);

	if (at == NULL)
		return;
	memcpy(at, &head, sizeof(head));
	if (len > 0)
		memcpy(at + NLA_HDRLEN, p, len);
}

void
hg_nft_put_text(struct hg_nft_buf *b, unsigned attribute, const char *text)
{
	hg_nft_put(b, attribute, text, strlen(text) + 1);
}

void
hg_nft_put_u32(struct hg_nft_buf *b, unsigned attribute, uint32_t value)
{
	const uint32_t big = htobe32(value);

	hg_nft_put(b, attribute, &big, sizeof(big));
}

void
hg_nft_put_u64(struct hg_nft_buf *b, unsigned attribute, uint64_t value)
{
	const uint64_t big = htobe64(value);

	hg_nft_put(b, attribute, &big, sizeof(big));
}

#define COMMENT_MOST 128

void
hg_nft_put_comment(struct hg_nft_buf *b, unsigned attribute, unsigned kind, const char *text)
{
	uint8_t data[2 + COMMENT_MOST] = { (uint8_t)kind };
	const size_t len = HG_MIN(strlen(text), (size_t)COMMENT_MOST - 1);

	data[1] = (uint8_t)(len + 1);
	memcpy(data + 2, text, len);
	hg_nft_put(b, attribute, data, 2 + len + 1);
}

size_t
hg_nft_nest(struct hg_nft_buf *b, unsigned attribute)
{
	const size_t at = b->len;

	hg_nft_put(b, attribute | NLA_F_NESTED, NULL, 0);
	return at;
}

void
hg_nft_nest_end(struct hg_nft_buf *b, size_t nest)
{
	const uint16_t len = (uint16_t)(b->len - nest);

	if (!b->failed)
		memcpy(b->p + nest + offsetof(struct nlattr, nla_len), &len, sizeof(len));
}
