/* FTP's data connection in each mode: a byte that chooses mode and command, then what the sender sends. */
#include "app.h"
#include "app/ftp/ftp_int.h"

static struct drive *
run(struct hg_span in, size_t chunk)
{
	static const uint8_t modes[] = { 'S', 'Z', 'B', 'C' };
	static uint8_t room[HG_FTP_NOTE];
	struct drive *d = drive_open(&(struct drive_setup){ .port = 50000 });
	struct hg_flow *f = drive_flow(d);
	const struct hg_ftp_note note = { .name = HG_BYTES("a"), .type = 'I', .mode = modes[in.p[0] & 3] };
	const enum hg_dir dir = in.p[0] >> 2 & 1;

	f->expected_proto = HG_PROTO_FTP_DATA;
	f->expected_arg = hg_ftp_arg(in.p[0] & 8 ? HG_FTP_LIST : HG_FTP_RETR, dir);
	f->expected_note = room;
	f->expected_note_len = (uint32_t)hg_ftp_note_write(&note, room).len;
	fuzz_app_feed(d, dir, hg_span_from(in, 1), (unsigned)chunk);
	drive_finish(d);
	return d;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct hg_span in = hg_span(data, size < 4096 ? size : 4096);
	struct drive *whole, *cut;

	if (size == 0)
		return 0;
	whole = run(in, 0);
	cut = run(in, size % 7 + 1);
	fuzz_require(strcmp(drive_records(whole), drive_records(cut)) == 0, "whole:\n%s\nby %zu:\n%s",
		drive_records(whole), size % 7 + 1, drive_records(cut));
	drive_close(cut);
	drive_close(whole);
	return 0;
}
