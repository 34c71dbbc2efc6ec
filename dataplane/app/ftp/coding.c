/* How a data connection carries a file: as it is; in blocks (MODE B, RFC 959 3.4.2); deflated (MODE Z, in zlib's wrapping). */
#include "app/ftp/ftp_int.h"

#define BLOCK_HEAD 3
#define BLOCK_RESTART 0x10 /* a mark for who goes on later, no part of the file */
#define BLOCK_EOF 0x40

/* Deflate grows a thousandfold at most; a mark in what comes out is at the same place however the input is cut. */
#define MOST ((uint64_t)64 << 20)

void
hg_ftp_coding_close(struct hg_ftp_coding *c, struct hg_mem *mem)
{
	hg_deflate_close(c->inflate, mem);
	c->inflate = NULL;
}

static void
stop(struct hg_ftp_coding *c, struct hg_ftp_data_tx *tx, enum hg_ftp_data_anomaly why)
{
	c->broken = true;
	hg_tx_anomaly(&tx->tx, (enum hg_dir)tx->dir, (uint8_t)why);
}

static void
take_inflated(struct hg_app *app, struct hg_ftp_coding *c, struct hg_ftp_data_tx *tx, struct hg_span in)
{
	enum hg_deflate_result r = HG_DEFLATE_MORE;

	if (c->inflate == NULL)
		c->inflate = hg_deflate_open(app->mem, HG_DEFLATE_WRAPPED);
	if (c->inflate == NULL) {
		c->broken = true;
		return;
	}
	while (r == HG_DEFLATE_MORE && (in.len > 0 || hg_deflate_is_full(c->inflate))) {
		struct hg_span block;

		r = hg_deflate_run(c->inflate, &in);
		block = hg_deflate_block(c->inflate);
		hg_ftp_data_carry(app, tx, hg_span_sub(block, 0, (size_t)(MOST - c->out)));
		c->out += HG_MIN(block.len, MOST - c->out);
		hg_deflate_take(c->inflate);
		if (hg_deflate_total(c->inflate) > MOST) {
			stop(c, tx, HG_FTP_DATA_BOMB);
			return;
		}
	}
	c->over = r == HG_DEFLATE_END;
	if (r == HG_DEFLATE_BROKEN || (c->over && in.len > 0))
		stop(c, tx, HG_FTP_DATA_BAD_DEFLATE);
}

static void
begin_block(struct hg_ftp_coding *c, struct hg_span *in)
{
	while (in->len > 0 && c->have < BLOCK_HEAD) {
		c->head[c->have++] = in->p[0];
		*in = hg_span_from(*in, 1);
	}
	if (c->have == BLOCK_HEAD)
		c->left = (uint32_t)(c->head[1] << 8 | c->head[2]);
}

static void
take_blocks(struct hg_app *app, struct hg_ftp_coding *c, struct hg_ftp_data_tx *tx, struct hg_span in)
{
	while (in.len > 0 && !c->over) {
		struct hg_span part;

		if (c->have < BLOCK_HEAD)
			begin_block(c, &in);
		part = hg_span_sub(in, 0, c->left);
		if (part.len > 0 && (c->head[0] & BLOCK_RESTART) == 0)
			hg_ftp_data_carry(app, tx, part);
		in = hg_span_from(in, part.len);
		c->left -= (uint32_t)part.len;
		if (c->have < BLOCK_HEAD || c->left > 0)
			continue;
		c->over = (c->head[0] & BLOCK_EOF) != 0;
		c->have = 0;
	}
	if (in.len > 0)
		stop(c, tx, HG_FTP_DATA_BEHIND_EOF);
}

void
hg_ftp_coding_feed(struct hg_app *app, struct hg_ftp_coding *c, struct hg_ftp_data_tx *tx, struct hg_span in)
{
	if (c->broken)
		return;
	if (tx->mode == 'Z')
		take_inflated(app, c, tx, in);
	else if (tx->mode == 'B')
		take_blocks(app, c, tx, in);
	else
		hg_ftp_data_carry(app, tx, in);
}

bool
hg_ftp_coding_is_whole(const struct hg_ftp_coding *c, const struct hg_ftp_data_tx *tx)
{
	return !c->broken && (c->over || (tx->mode != 'Z' && tx->mode != 'B'));
}
