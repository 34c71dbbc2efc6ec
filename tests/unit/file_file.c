#include <stdio.h>

#include "check.h"
#include "file/file.h"

static const struct hg_inspect_limits limits = { 0, 1, 100 };

static struct hg_mem *
memory(void)
{
	static struct hg_mem *mem;

	if (mem == NULL)
		hg_mem_open(&mem, (size_t)16 << 20, false, NULL);
	return mem;
}

/* Known answers: RFC 1321, FIPS 180, GB/T 32905. */
static const struct {
	uint8_t kind, row, len;
	const char *hex;
} digests[] = {
	{ HG_HASH_MD5, 0, 16, "900150983cd24fb0d6963f7d28e17f72" },
	{ HG_HASH_SHA1, 1, 20, "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ HG_HASH_SHA256, 2, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ HG_HASH_SM3, 3, 32, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" },
};

static void
check_digests(const char *title, const struct hg_file *f)
{
	for (size_t i = 0; i < HG_COUNT(digests); i++) {
		char hex[65] = "";

		hg_check_bool(title, (f->digests & digests[i].kind) != 0, true);
		for (unsigned k = 0; k < digests[i].len; k++)
			snprintf(hex + 2 * k, 3, "%02x", f->digest[digests[i].row][k]);
		hg_check_str(title, hex, digests[i].hex);
	}
}

static void
test_file_digests_do_not_depend_on_cuts(void)
{
	struct hg_files *files;
	struct hg_arena arena;
	struct hg_file *list = NULL, *f;

	hg_files_open(&files, 15, 1, NULL);
	hg_arena_init(&arena, memory(), 0);
	f = hg_file_open(files, &list, &arena, HG_BYTES("a.txt"), HG_TO_CLIENT, &limits);
	hg_file_append(files, f, HG_BYTES("abc"));
	hg_file_close(files, f, HG_FILE_CLOSED);
	check_digests("whole", f);
	f = hg_file_open(files, &list, &arena, HG_BYTES("b.txt"), HG_TO_CLIENT, &limits);
	hg_file_append(files, f, HG_BYTES("abc"));
	hg_file_close(files, f, HG_FILE_TRUNCATED);
	check_digests("a truncated file has those of what was seen", f);
	f = hg_file_open(files, &list, &arena, HG_BYTES("gap"), HG_TO_CLIENT, &limits);
	hg_file_append(files, f, HG_BYTES("abc"));
	hg_file_gap(files, f, 2);
	hg_file_close(files, f, HG_FILE_CLOSED);
	hg_check_u64("a file with a gap has none", f->digests, 0);
	hg_check_u64("and is truncated", f->state, HG_FILE_TRUNCATED);
	f = hg_file_open(files, &list, &arena, HG_BYTES("c.txt"), HG_TO_CLIENT, &limits);
	hg_file_append(files, f, HG_BYTES("a"));
	hg_file_append(files, f, HG_BYTES(""));
	hg_file_append(files, f, HG_BYTES("bc"));
	hg_file_close(files, f, HG_FILE_CLOSED);
	check_digests("a used context begins anew", f);
	hg_check_u64("four in the list", f->id, 3);
	for (f = list; f != NULL; f = f->next)
		hg_file_free(files, f);
	hg_arena_reset(&arena);
	hg_files_close(files);
}

static void
test_file_caps_are_counted(void)
{
	struct hg_files *files;
	struct hg_arena arena;
	struct hg_file *list = NULL, *f = NULL;

	hg_files_open(&files, HG_HASH_MD5, 1, NULL);
	hg_arena_init(&arena, memory(), 0);
	for (unsigned i = 0; i < HG_FILES_A_TX; i++)
		f = hg_file_open(files, &list, &arena, HG_BYTES("n"), HG_TO_SERVER, &limits);
	hg_check_bool("up to the cap", f != NULL, true);
	hg_check_u64("one context for all", hg_files_stats(files)->hash_refused, HG_FILES_A_TX - 1);
	f = hg_file_open(files, &list, &arena, HG_BYTES("n"), HG_TO_SERVER, &limits);
	hg_check_bool("past the cap", f == NULL, true);
	hg_check_u64("past the cap", hg_files_stats(files)->cap, 1);
	hg_file_gap(files, list, 10);
	hg_file_close(files, list, HG_FILE_CLOSED);
	hg_check_u64("no digest over a gap", list->digests, 0);
	for (f = list; f != NULL; f = f->next)
		hg_file_free(files, f);
	hg_arena_reset(&arena);
	hg_files_close(files);
}

static void
test_file_log_has_the_members_of_fileinfo(void)
{
	struct hg_files *files;
	struct hg_arena arena;
	struct hg_file *list = NULL, *f;
	char buf[1000];
	struct hg_json j = hg_json_of(buf, sizeof(buf));

	hg_files_open(&files, HG_HASH_MD5, 1, NULL);
	hg_arena_init(&arena, memory(), 0);
	f = hg_file_open(files, &list, &arena, HG_BYTES("/a"), HG_TO_CLIENT, &limits);
	hg_file_append(files, f, HG_BYTES("abc"));
	hg_file_close(files, f, HG_FILE_CLOSED);
	hg_json_open(&j);
	hg_file_log(f, f->name, 7, &j);
	hg_json_close(&j);
	hg_check_span("members", hg_json_done(&j),
		HG_BYTES("{\"filename\":\"/a\",\"gaps\":false,\"state\":\"CLOSED\","
			 "\"md5\":\"900150983cd24fb0d6963f7d28e17f72\",\"stored\":false,\"size\":3,\"tx_id\":"
			 "7}"));
	hg_file_free(files, f);
	hg_arena_reset(&arena);
	hg_files_close(files);
}

HG_TESTS("file_file", HG_TEST(test_file_digests_do_not_depend_on_cuts), HG_TEST(test_file_caps_are_counted),
	HG_TEST(test_file_log_has_the_members_of_fileinfo))
