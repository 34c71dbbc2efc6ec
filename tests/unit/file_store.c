/* Stored files: what is whole gets its name, what is not leaves nothing; nobody waits for the writer. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "file/file.h"

static const struct hg_inspect_limits limits = { 0, 1, 100 };
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

struct set {
	char folder[64];
	struct hg_filestore_config config;
	struct hg_filestore *store;
	struct hg_desk *desk;
	struct hg_mem *mem;
	struct hg_files *files;
	struct hg_arena arena;
	struct hg_file *list;
};

static void
open_set(struct set *s, bool waits, bool start)
{
	*s = (struct set){ .config = { .enabled = true,
				   .dir = "store",
				   .queue = (size_t)256 << 10,
				   .hold = (size_t)256 << 10 } };
	snprintf(s->folder, sizeof(s->folder), "/tmp/hg-store-XXXXXX");
	CU_ASSERT_FATAL(mkdtemp(s->folder) != NULL);
	CU_ASSERT_FATAL(hg_filestore_open(&s->store, &s->config, s->folder, 1, waits, NULL) == 0);
	s->desk = hg_filestore_desk(s->store, 0);
	if (start)
		CU_ASSERT_FATAL(hg_filestore_start(s->store, NULL) == 0);
	CU_ASSERT_FATAL(hg_mem_open(&s->mem, (size_t)64 << 20, false, NULL) == 0);
	CU_ASSERT_FATAL(hg_files_open(&s->files, HG_HASH_SHA256, 2000, NULL) == 0);
	hg_files_desk(s->files, s->desk);
	hg_arena_init(&s->arena, s->mem, 0);
}

/* The writer has done all; what it says of that. */
static struct hg_filestore_stats
stop_set(struct set *s)
{
	hg_filestore_stop(s->store, -1);
	return hg_filestore_stats(s->store);
}

static void
close_set(struct set *s)
{
	char command[128];

	hg_files_desk(s->files, NULL);
	for (struct hg_file *f = s->list; f != NULL; f = f->next)
		hg_file_free(s->files, f);
	hg_arena_reset(&s->arena);
	hg_files_close(s->files);
	hg_mem_close(s->mem);
	hg_filestore_close(s->store);
	snprintf(command, sizeof(command), "rm -rf %s", s->folder);
	CU_ASSERT(system(command) == 0);
}

static void
path_of(const struct set *s, const char *name, char path[256])
{
	snprintf(path, 256, "%s/store/%s", s->folder, name);
}

/* Bytes of the file; -1: there is none. */
static long
size_of(const struct set *s, const char *name)
{
	char path[256];
	struct stat st;

	path_of(s, name, path);
	return stat(path, &st) == 0 ? (long)st.st_size : -1;
}

static unsigned
left_over(const struct set *s)
{
	char path[256];
	unsigned n = 0;
	DIR *dir;

	path_of(s, "tmp", path);
	dir = opendir(path);
	CU_ASSERT_FATAL(dir != NULL);
	for (struct dirent *e; (e = readdir(dir)) != NULL;)
		n += e->d_name[0] != '.';
	closedir(dir);
	return n;
}

static struct hg_file *
open_file(struct set *s)
{
	struct hg_file *f = hg_file_open(s->files, &s->list, &s->arena, HG_BYTES("a"), HG_TO_CLIENT, &limits);

	CU_ASSERT_FATAL(f != NULL);
	return f;
}

static void
test_store_names_what_is_whole(void)
{
	struct hg_filestore_stats stats;
	struct hg_file *early, *late, *open;
	struct set s;

	open_set(&s, true, true);
	early = open_file(&s);
	hg_file_store(s.files, early);
	hg_file_append(s.files, early, HG_BYTES("ab"));
	hg_file_append(s.files, early, HG_BYTES("c"));
	hg_file_close(s.files, early, HG_FILE_CLOSED);
	hg_file_settle(s.files, early);
	hg_file_tell(s.files, early, 7, HG_BYTES("{}"));
	late = open_file(&s);
	hg_file_keep(s.files, late);
	hg_file_append(s.files, late, HG_BYTES("abc"));
	hg_file_close(s.files, late, HG_FILE_CLOSED);
	hg_file_store(s.files, late);
	hg_file_settle(s.files, late);
	open = open_file(&s);
	hg_file_store(s.files, open);
	hg_file_append(s.files, open, HG_BYTES("never ended"));
	hg_file_settle(s.files, open);
	stats = stop_set(&s);
	hg_check_u64("from its first byte on", early->keeping, HG_FILE_STORED);
	hg_check_u64("kept until a rule matched", late->keeping, HG_FILE_STORED);
	hg_check_u64("numbers", early->store_id * 10u + late->store_id, 12);
	hg_check_u64("open", open->keeping, HG_FILE_STORING);
	hg_check_u64("stored", stats.stored, 2);
	hg_check_u64("of them the same bytes", stats.known, 1);
	hg_check_u64("by its name", (uint64_t)size_of(&s, "ba/" ABC), 3);
	hg_check_u64("its record", (uint64_t)size_of(&s, "ba/" ABC ".7.1.json"), 2);
	hg_check_u64("nothing half", left_over(&s), 0);
	close_set(&s);
}

static void
test_store_keeps_no_more_than_allowed(void)
{
	static uint8_t bytes[16 << 10];
	struct set s;
	struct hg_file *f, *small;
	uint64_t held;

	open_set(&s, true, true);
	f = open_file(&s);
	hg_file_keep(s.files, f);
	for (unsigned i = 0; i < 3; i++)
		hg_file_append(s.files, f, hg_span(bytes, sizeof(bytes)));
	held = hg_files_stats(s.files)->kept;
	hg_check_bool("three pieces", held >= 3 * sizeof(bytes) && held <= s.config.hold / 4, true);
	small = open_file(&s);
	hg_file_keep(s.files, small);
	hg_file_append(s.files, small, HG_BYTES("small"));
	for (unsigned i = 0; i < 3; i++)
		hg_file_append(s.files, f, hg_span(bytes, sizeof(bytes)));
	hg_check_u64("more than a quarter", f->keeping, HG_FILE_FORGOTTEN);
	hg_check_u64("its memory is back", hg_files_stats(s.files)->kept, small->kept_bytes);
	hg_file_store(s.files, f);
	hg_check_u64("too late", f->keeping, HG_FILE_LOST);
	hg_check_u64("too late", hg_files_stats(s.files)->store_forgotten, 1);
	hg_file_store(s.files, open_file(&s));
	hg_file_close(s.files, small, HG_FILE_CLOSED);
	hg_file_store(s.files, small);
	hg_file_settle(s.files, small);
	hg_check_u64("the other is stored", small->keeping, HG_FILE_STORED);
	hg_check_u64("nothing is kept any more", hg_files_stats(s.files)->kept, 0);
	stop_set(&s);
	close_set(&s);
}

/* Nobody reads the ring: files are lost and counted, and nothing waits. */
static void
test_store_loses_whole_files_when_the_ring_is_full(void)
{
	static uint8_t bytes[16 << 10];
	struct hg_filestore_stats stats;
	unsigned lost = 0, kept = 0;
	struct set s;

	open_set(&s, false, false);
	for (unsigned i = 0; i < 40; i++) {
		struct hg_file *f = open_file(&s);

		hg_file_store(s.files, f);
		hg_file_append(s.files, f, HG_BYTES("begin"));
		hg_file_append(s.files, f, hg_span(bytes, sizeof(bytes)));
		bytes[0]++;
		hg_file_close(s.files, f, HG_FILE_CLOSED);
		hg_file_settle(s.files, f);
		kept += f->keeping == HG_FILE_STORED;
		lost += f->keeping == HG_FILE_LOST;
	}
	hg_check_bool("some of each", kept > 5 && lost > 5, true);
	hg_check_u64("all are said", kept + lost, 40);
	hg_check_u64("counted", hg_files_stats(s.files)->store_lost, lost);
	CU_ASSERT_FATAL(hg_filestore_start(s.store, NULL) == 0);
	stats = stop_set(&s);
	hg_check_u64("those that had room", stats.stored, kept);
	hg_check_u64("nothing half", left_over(&s), 0);
	close_set(&s);
}

static void
test_store_has_slots_for_so_many_files(void)
{
	struct hg_filestore_stats stats;
	struct set s;
	uint32_t id;
	int last = 0;

	open_set(&s, true, true);
	for (int i = 0; i < HG_STORE_FILES; i++)
		last = hg_desk_begin(s.desk, &id);
	hg_check_bool("all slots", last >= 0, true);
	hg_check_bool("one more", hg_desk_begin(s.desk, &id) < 0, true);
	hg_desk_drop(s.desk, last);
	hg_check_bool("one that is free again", hg_desk_begin(s.desk, &id) >= 0, true);
	hg_desk_reset(s.desk);
	stats = stop_set(&s);
	hg_check_u64("none is open", stats.open, 0);
	hg_check_u64("none is stored", stats.stored, 0);
	hg_check_u64("nothing half", left_over(&s), 0);
	close_set(&s);
}

static void
test_store_says_what_the_disk_refuses(void)
{
	struct hg_filestore_stats stats;
	char path[256];
	struct set s;
	struct hg_file *f;
	FILE *in_the_way;

	open_set(&s, true, true);
	path_of(&s, "ba", path);
	in_the_way = fopen(path, "w");
	CU_ASSERT_FATAL(in_the_way != NULL);
	fclose(in_the_way);
	f = open_file(&s);
	hg_file_store(s.files, f);
	hg_file_append(s.files, f, HG_BYTES("abc"));
	hg_file_close(s.files, f, HG_FILE_CLOSED);
	hg_file_settle(s.files, f);
	f = open_file(&s);
	hg_file_store(s.files, f);
	hg_file_close(s.files, f, HG_FILE_CLOSED);
	hg_file_settle(s.files, f);
	stats = stop_set(&s);
	hg_check_u64("refused", stats.errors, 1);
	hg_check_u64("the other, an empty file", (uint64_t)size_of(&s, "e3/" EMPTY), 0);
	hg_check_u64("stored", stats.stored, 1);
	hg_check_u64("nothing half", left_over(&s), 0);
	close_set(&s);
}

static void
put_file(const struct set *s, const char *name)
{
	char path[256];
	FILE *f;

	path_of(s, name, path);
	f = fopen(path, "w");
	CU_ASSERT_FATAL(f != NULL);
	fclose(f);
}

static void
test_store_sweeps_up_after_the_dead(void)
{
	struct hg_filestore *again = NULL;
	struct set s;

	open_set(&s, true, true);
	put_file(&s, "tmp/file.1.1");
	put_file(&s, "tmp/file.99999999.5");
	put_file(&s, "tmp/other");
	CU_ASSERT_FATAL(hg_filestore_open(&again, &s.config, s.folder, 1, true, NULL) == 0);
	hg_check_bool("of a process that runs", size_of(&s, "tmp/file.1.1") == 0, true);
	hg_check_bool("of one that does not", size_of(&s, "tmp/file.99999999.5") == -1, true);
	hg_check_bool("of somebody else", size_of(&s, "tmp/other") == 0, true);
	hg_filestore_close(again);
	stop_set(&s);
	close_set(&s);
}

static void
test_store_takes_what_came_round_a_gap(void)
{
	struct hg_file *f;
	struct set s;

	open_set(&s, true, true);
	f = open_file(&s);
	hg_file_store(s.files, f);
	hg_file_append(s.files, f, HG_BYTES("ab"));
	hg_file_gap(s.files, f, 5);
	hg_file_append(s.files, f, HG_BYTES("c"));
	hg_file_close(s.files, f, HG_FILE_CLOSED);
	hg_file_settle(s.files, f);
	stop_set(&s);
	hg_check_u64("cut off", f->state, HG_FILE_TRUNCATED);
	hg_check_u64("by the digest of what is there", (uint64_t)size_of(&s, "ba/" ABC), 3);
	close_set(&s);
}

HG_TESTS("file_store", HG_TEST(test_store_names_what_is_whole),
	HG_TEST(test_store_keeps_no_more_than_allowed),
	HG_TEST(test_store_loses_whole_files_when_the_ring_is_full),
	HG_TEST(test_store_has_slots_for_so_many_files), HG_TEST(test_store_says_what_the_disk_refuses),
	HG_TEST(test_store_sweeps_up_after_the_dead), HG_TEST(test_store_takes_what_came_round_a_gap))
