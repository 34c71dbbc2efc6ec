/* Errors of DOS by name: those of [MS-CIFS], and those that Suricata 7.0.10 was seen to write for the same answers. */
#include "app/smb/smb_int.h"
#include "check.h"

static void
test_errors_of_dos_have_their_names_and_the_peers(void)
{
	static const struct {
		uint8_t class;
		uint16_t code;
		const char *name, *peers; /* "": a number */
	} rows[] = {
		{ 1, 0, "DOS_SUCCESS", "DOS_SUCCESS" },
		{ 1, 5, "DOS_NOACCESS", "DOS_ACCESS_DENIED" },
		{ 1, 32, "DOS_BADSHARE", "" },
		{ 1, 14, "", "" },
		{ 2, 3, "SRV_BADTYPE", "SRV_BADTYPE" },
		{ 2, 5, "SRV_BADTID", "" },
		{ 2, 91, "SRV_BADUID", "SRV_BADUID" },
		{ 3, 1, "", "" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const char *name = hg_smb_dos_name(rows[i].class, rows[i].code, false);
		const char *peers = hg_smb_dos_name(rows[i].class, rows[i].code, true);

		hg_check_str("name", name == NULL ? "" : name, rows[i].name);
		hg_check_str("the peer's", peers == NULL ? "" : peers, rows[i].peers);
	}
}

HG_TESTS("smb_names", HG_TEST(test_errors_of_dos_have_their_names_and_the_peers))
