/* The state machine: what is raised, and where the session then stands. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "stream_drive.h"

#define STEPS 16

/* packets: all but the last set the scene; events and state are those of the last one. HS stands for the handshake. */
struct row {
	const char *title;
	const char *packets[STEPS];
	const char *events, *state;
};

#define HS "c S 0 0", "s SA 0 1", "c A 1 1"
#define TALK HS, "c PA 1 1 hello", "s PA 1 6 world", "c A 6 6"

static void
run_row(const struct row *r, const struct hg_stream_config *c)
{
	static struct drive d;
	char events[512], title[160];

	drive_open(&d, c);
	for (unsigned i = 0; i < STEPS && r->packets[i] != NULL; i++)
		drive_packet(&d, r->packets[i]);
	snprintf(title, sizeof(title), "%s: events", r->title);
	hg_check_str(title, drive_events(&d, events, sizeof(events)), r->events);
	snprintf(title, sizeof(title), "%s: state", r->title);
	hg_check_str(title, drive_state(hg_stream_state(d.flow)), r->state);
	drive_close(&d);
}

static void
run_rows(const struct row *rows, size_t n, const struct hg_stream_config *c)
{
	for (size_t i = 0; i < n; i++)
		run_row(&rows[i], c);
}

#define RUN(rows, c) run_rows(rows, sizeof(rows) / sizeof(rows[0]), c)

static void
test_handshakes_end_where_the_peer_ends_them(void)
{
	static const struct row rows[] = {
		{ "SYN", { "c S 0 0" }, "", "syn_sent" },
		{ "SYN/ACK", { "c S 0 0", "s SA 0 1" }, "", "syn_recv" },
		{ "three packets", { HS }, "", "established" },
		{ "no SYN", { "c A 1 1 x" }, "", "none" },
		{ "RST without a session", { "c R 1 0" }, "rst_but_no_session", "none" },
		{ "FIN without a session", { "c FA 1 1" }, "fin_but_no_session", "none" },
		{ "ACK number without ACK", { HS, "c P 1 7 x" }, "pkt_broken_ack", "established" },
		{ "SYN/ACK with wrong ack", { "c S 0 0", "s SA 0 2" }, "3whs_synack_with_wrong_ack",
			"syn_sent" },
		{ "SYN/ACK from the client", { "c S 0 0", "c SA 0 1" }, "3whs_synack_in_wrong_direction",
			"syn_sent" },
		{ "SYN again", { "c S 0 0", "c S 0 0" }, "", "syn_sent" },
		{ "SYN/ACK again", { "c S 0 0", "s SA 0 1", "s SA 0 1" }, "", "syn_recv" },
		{ "SYN/ACK again with another ack", { "c S 0 0", "s SA 0 1", "s SA 0 2" },
			"3whs_synack_resend_with_diff_ack", "syn_recv" },
		{ "SYN/ACK to the server", { "c S 0 0", "s SA 0 1", "c SA 1 1" },
			"3whs_synack_toserver_on_syn_recv", "syn_recv" },
		{ "SYN to the client", { "c S 0 0", "s SA 0 1", "s S 0 0" }, "3whs_syn_toclient_on_syn_recv",
			"syn_recv" },
		{ "SYN with another number", { "c S 0 0", "s SA 0 1", "c S 9 0" },
			"3whs_syn_resend_diff_seq_on_syn_recv", "syn_recv" },
		{ "right seq, wrong ack", { "c S 0 0", "s SA 0 1", "c A 1 7" },
			"3whs_right_seq_wrong_ack_evasion", "syn_recv" },
		{ "wrong seq, wrong ack", { "c S 0 0", "s SA 0 1", "c A 90000 7" },
			"3whs_wrong_seq_wrong_ack", "syn_recv" },
		{ "client's first packets missed", { "c S 0 0", "s SA 0 1", "c A 100 1 x" }, "",
			"established" },
		{ "client's ACK missed", { "c S 0 0", "s SA 0 1", "s A 1 1 x" }, "", "established" },
		{ "another SYN/ACK is chosen", { "c S 0 0", "s SA 0 1", "s SA 100 1", "c A 1 101" }, "",
			"established" },
		{ "too many SYN/ACKs",
			{ "c S 0 0", "s SA 0 1", "s SA 1 1", "s SA 2 1", "s SA 3 1", "s SA 4 1", "s SA 5 1",
				"s SA 6 1" },
			"3whs_synack_flood", "syn_recv" },
		{ "reset of a SYN", { "c S 0 0", "s RA -5000 1" }, "", "closed" },
		{ "answer with a wrong echo", { "c S 0 0 ts=5/0", "s SA 0 1 ts=9/4" },
			"pkt_invalid_timestamp", "syn_sent" },
		{ "answer to an older SYN", { "c S 0 0 ts=5/0", "c S 0 0 ts=6/0", "s SA 0 1 ts=9/5" }, "",
			"syn_recv" },
	};
	struct hg_stream_config c;

	drive_config(&c);
	RUN(rows, &c);
}

static void
test_syn_queue_has_an_end(void)
{
	static struct drive d;
	struct hg_stream_config c;
	char line[64], events[256];

	drive_config(&c);
	drive_open(&d, &c);
	for (unsigned i = 0; i < 11; i++) {
		snprintf(line, sizeof(line), "c S 0 0 ts=%u/0", 100 + i);
		drive_packet(&d, line);
		hg_check_str("not yet", drive_events(&d, events, sizeof(events)), "");
	}
	drive_packet(&d, "c S 0 0 ts=200/0");
	hg_check_str("the eleventh old one", drive_events(&d, events, sizeof(events)), "3whs_syn_flood");
	drive_close(&d);
}

static void
test_split_handshakes_are_followed(void)
{
	static const struct row rows[] = {
		{ "SYN against SYN", { "c S 0 0", "s S 0 0" }, "", "syn_sent" },
		{ "… answered", { "c S 0 0", "s S 0 0", "c SA 0 1" }, "", "syn_recv" },
		{ "… done", { "c S 0 0", "s S 0 0", "c SA 0 1", "s A 1 1" }, "", "established" },
		{ "… wrong ack", { "c S 0 0", "s S 0 0", "c SA 0 5" }, "4whs_synack_with_wrong_ack",
			"syn_sent" },
		{ "… wrong syn", { "c S 0 0", "s S 0 0", "c SA 5 1" }, "4whs_synack_with_wrong_syn",
			"syn_sent" },
		{ "… wrong seq", { "c S 0 0", "s S 0 0", "c SA 0 1", "s A 5 1" }, "4whs_wrong_seq",
			"syn_recv" },
		{ "… invalid ack", { "c S 0 0", "s S 0 0", "c SA 0 1", "s A 1 90000" },
			"4whs_invalid_ack,pkt_invalid_ack", "syn_recv" },
	};
	struct hg_stream_config c;

	drive_config(&c);
	RUN(rows, &c);
}

static void
test_fast_open_takes_data_of_the_syn(void)
{
	static const struct row rows[] = {
		{ "acknowledged", { "c S 0 0 tfo hello", "s SA 0 6", "c A 6 1" }, "", "established" },
		{ "ignored", { "c S 0 0 tfo hello", "s SA 0 1" }, "3whs_synack_tfo_data_ignored",
			"syn_recv" },
		{ "in between", { "c S 0 0 tfo hello", "s SA 0 3" }, "3whs_synack_with_wrong_ack",
			"syn_sent" },
	};
	struct hg_stream_config c;

	drive_config(&c);
	RUN(rows, &c);
}

static void
test_established_sessions_judge_each_packet(void)
{
	static const struct row rows[] = {
		{ "data", { TALK, "c PA 6 6 more" }, "", "established" },
		{ "ack of what nobody sent", { TALK, "c A 6 90000" }, "est_invalid_ack,pkt_invalid_ack",
			"established" },
		{ "data ahead of the window", { TALK, "c A 90000 6 x" }, "est_packet_out_of_window",
			"established" },
		{ "data that was acknowledged", { TALK, "c PA 1 6 hello", "c PA 1 6 hello" },
			"pkt_spurious_retransmission", "established" },
		{ "old packet without data", { TALK, "c A 3 6" }, "est_pkt_before_last_ack", "established" },
		{ "keep-alive", { TALK, "c A 5 6" }, "", "established" },
		{ "keep-alive with a byte", { TALK, "c A 5 6 x" }, "", "established" },
		{ "SYN again", { TALK, "c S 0 0" }, "est_syn_resend", "established" },
		{ "SYN with another number", { TALK, "c S 9 0" }, "est_syn_resend_diff_seq", "established" },
		{ "SYN to the client", { TALK, "s S 0 0" }, "est_syn_toclient", "established" },
		{ "SYN/ACK to the server", { TALK, "c SA 0 1" }, "est_synack_toserver", "established" },
		{ "SYN/ACK again, unconfirmed", { HS, "s SA 0 1" }, "", "established" },
		{ "SYN/ACK again, confirmed", { HS, "s PA 1 1 x", "s SA 0 1" }, "est_synack_resend",
			"established" },
		{ "SYN/ACK with another seq", { HS, "s SA 9 1" }, "est_synack_resend_with_diff_seq",
			"established" },
		{ "SYN/ACK with another ack", { HS, "s SA 0 9" }, "est_synack_resend_with_diff_ack",
			"established" },
		{ "FIN of the client", { TALK, "c FA 6 6" }, "", "close_wait" },
		{ "FIN of the server", { TALK, "s FA 6 6" }, "", "fin_wait1" },
		{ "FIN with a wrong ack", { TALK, "c FA 6 90000" }, "fin_invalid_ack,pkt_invalid_ack",
			"established" },
		{ "FIN out of window", { TALK, "c FA 90000 6" }, "fin_out_of_window", "established" },
		{ "FIN and SYN", { TALK, "c FSA 6 6" }, "fin_syn", "established" },
		{ "shut window probed", { TALK, "s A 6 6 w=0", "c A 6 6 x", "s A 6 7 w=0" },
			"est_ack_zwp_data", "established" },
		{ "window shut ahead of time", { TALK, "c A 5000 5000 w=10" }, "pkt_bad_window_update",
			"established" },
		{ "edge moves with SACK",
			{ TALK, "s A 6 6 w=10", "c A 10 6 123456", "s A 6 6 w=10 sack=10/16",
				"c A 16 6 123456" },
			"", "established" },
	};
	struct hg_stream_config c;

	drive_config(&c);
	RUN(rows, &c);
}

static void
test_sessions_close_step_by_step(void)
{
	static const struct row rows[] = {
		/* the server closes first */
		{ "FIN_WAIT1 to FIN_WAIT2", { TALK, "s FA 6 6", "c A 6 7" }, "", "fin_wait2" },
		{ "FIN_WAIT1, both at once", { TALK, "s FA 6 6", "c F 6 0" }, "", "closing" },
		{ "FIN_WAIT1, FIN and ACK", { TALK, "s FA 6 6", "c FA 6 7" }, "", "time_wait" },
		{ "FIN_WAIT1, FIN with wrong seq", { TALK, "s FA 6 6", "c FA 90000 7" }, "fin1_fin_wrong_seq",
			"fin_wait1" },
		{ "FIN_WAIT1, wrong ack", { TALK, "s FA 6 6", "c A 6 90000" },
			"fin1_invalid_ack,pkt_invalid_ack", "fin_wait1" },
		{ "FIN_WAIT1, ACK with wrong seq", { TALK, "s FA 6 6", "c A 90000 7" }, "fin1_ack_wrong_seq",
			"fin_wait1" },
		{ "FIN_WAIT1, SYN", { TALK, "s FA 6 6", "c S 90 0" }, "shutdown_syn_resend", "fin_wait1" },
		{ "FIN_WAIT2, FIN", { TALK, "s FA 6 6", "c A 6 7", "c FA 6 7" }, "", "time_wait" },
		{ "FIN_WAIT2, FIN with wrong seq", { TALK, "s FA 6 6", "c A 6 7", "c FA 90000 7" },
			"fin2_fin_wrong_seq", "fin_wait2" },
		{ "FIN_WAIT2, ACK with wrong seq", { TALK, "s FA 6 6", "c A 6 7", "c A 90000 7 x" },
			"fin2_ack_wrong_seq", "fin_wait2" },
		{ "FIN_WAIT2, wrong ack", { TALK, "s FA 6 6", "c A 6 7", "c A 6 90000 x" },
			"fin2_invalid_ack,pkt_invalid_ack", "fin_wait2" },
		{ "TIME_WAIT, last ACK", { TALK, "s FA 6 6", "c FA 6 7", "s A 7 7" }, "", "closed" },
		{ "TIME_WAIT, wrong seq", { TALK, "s FA 6 6", "c FA 6 7", "s A 900 7" },
			"timewait_ack_wrong_seq", "time_wait" },
		{ "TIME_WAIT, wrong ack", { TALK, "s FA 6 6", "c FA 6 7", "s A 7 90000" },
			"pkt_invalid_ack,timewait_invalid_ack", "time_wait" },
		{ "CLOSING, ACK", { TALK, "s FA 6 6", "c F 6 0", "s A 7 7" }, "", "time_wait" },
		{ "CLOSING, wrong seq", { TALK, "s FA 6 6", "c F 6 0", "s A 90 7" }, "closing_ack_wrong_seq",
			"closing" },
		{ "CLOSING, wrong ack", { TALK, "s FA 6 6", "c F 6 0", "s A 7 90000" },
			"closing_invalid_ack,pkt_invalid_ack", "closing" },
		/* the client closes first */
		{ "CLOSE_WAIT, server goes on", { TALK, "c FA 6 6", "s PA 6 7 more" }, "", "close_wait" },
		{ "CLOSE_WAIT, FIN", { TALK, "c FA 6 6", "s FA 6 7" }, "", "last_ack" },
		{ "CLOSE_WAIT, FIN out of window", { TALK, "c FA 6 6", "s FA 90000 7" },
			"closewait_fin_out_of_window", "close_wait" },
		{ "CLOSE_WAIT, out of window", { TALK, "c FA 6 6", "s A 90000 7 x" },
			"closewait_ack_out_of_window", "close_wait" },
		{ "CLOSE_WAIT, wrong ack", { TALK, "c FA 6 6", "s A 6 90000 x" },
			"closewait_invalid_ack,pkt_invalid_ack", "close_wait" },
		{ "CLOSE_WAIT, old data", { TALK, "c FA 6 6", "s PA 1 7 world" },
			"closewait_pkt_before_last_ack,pkt_retransmission,pkt_spurious_retransmission",
			"close_wait" },
		{ "LAST_ACK, last ACK", { TALK, "c FA 6 6", "s FA 6 7", "c A 7 7" }, "", "closed" },
		{ "LAST_ACK, wrong seq", { TALK, "c FA 6 6", "s FA 6 7", "c A 90 7" },
			"lastack_ack_wrong_seq", "last_ack" },
		{ "LAST_ACK, wrong ack", { TALK, "c FA 6 6", "s FA 6 7", "c A 7 90000" },
			"lastack_invalid_ack,pkt_invalid_ack", "last_ack" },
		{ "LAST_ACK, SYN", { TALK, "c FA 6 6", "s FA 6 7", "c S 0 0" }, "shutdown_syn_resend",
			"last_ack" },
	};
	struct hg_stream_config c;

	drive_config(&c);
	RUN(rows, &c);
}

static void
test_resets_are_believed_by_target(void)
{
	static const struct {
		uint8_t os;
		struct row row;
	} rows[] = {
		{ HG_OS_BSD, { "at next", { TALK, "c R 6 0" }, "", "closed" } },
		{ HG_OS_BSD, { "ahead", { TALK, "c R 7 0" }, "", "established" } },
		{ HG_OS_WINDOWS, { "windows, ahead", { TALK, "c R 7 0" }, "", "established" } },
		{ HG_OS_LINUX, { "linux, in window", { TALK, "c R 700 0" }, "", "closed" } },
		{ HG_OS_LINUX, { "linux, behind it", { TALK, "c R 90000 0" }, "", "established" } },
		{ HG_OS_SOLARIS, { "solaris, in window", { TALK, "c R 700 0" }, "", "closed" } },
		{ HG_OS_HPUX11, { "hpux11, ahead of all", { TALK, "c R 90000 0" }, "", "closed" } },
		{ HG_OS_HPUX11, { "hpux11, old", { TALK, "c R 5 0" }, "", "established" } },
		{ HG_OS_BSD, { "with data", { TALK, "c R 6 0 bye" }, "rst_with_data", "closed" } },
		{ HG_OS_BSD,
			{ "wrong ack", { TALK, "c RA 6 90000" }, "pkt_invalid_ack,rst_invalid_ack",
				"established" } },
		{ HG_OS_BSD,
			{ "signed, and the sender goes on", { TALK, "c R 6 0 md5", "c A 6 6 x" },
				"suspected_rst_inject", "established" } },
		{ HG_OS_LINUX,
			{ "linux after an evasion", { "c S 0 0", "s SA 0 1", "c A 1 7", "c R 1 0" }, "",
				"syn_recv" } },
		{ HG_OS_BSD,
			{ "bsd after an evasion", { "c S 0 0", "s SA 0 1", "c A 1 7", "c R 1 0" }, "",
				"closed" } },
	};
	struct hg_stream_config c;

	drive_config(&c);
	c.os_policy = drive_policy_of;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		c.os_policy_arg = &rows[i].os;
		run_row(&rows[i].row, &c);
	}
}

#define STAMPED "c S 0 0 ts=100/0", "s SA 0 1 ts=200/100", "c A 1 1 ts=101/200"

static void
test_time_stamps_are_judged_by_target(void)
{
	static const struct {
		uint8_t os;
		bool liberal;
		struct row row;
	} rows[] = {
		{ HG_OS_BSD, true, { "newer", { STAMPED, "c A 1 1 x ts=102/200" }, "", "established" } },
		{ HG_OS_BSD, true,
			{ "one behind, liberal", { STAMPED, "c A 1 1 x ts=100/200" }, "", "established" } },
		{ HG_OS_BSD, false,
			{ "one behind, strict", { STAMPED, "c A 1 1 x ts=100/200" }, "pkt_invalid_timestamp",
				"established" } },
		{ HG_OS_LINUX, false,
			{ "one behind, linux", { STAMPED, "c A 1 1 x ts=100/200" }, "", "established" } },
		{ HG_OS_BSD, true,
			{ "old", { STAMPED, "c A 1 1 x ts=50/200" }, "pkt_invalid_timestamp",
				"established" } },
		{ HG_OS_BSD, true,
			{ "0, bsd", { STAMPED, "c A 1 1 x ts=0/200" }, "pkt_invalid_timestamp",
				"established" } },
		{ HG_OS_HPUX11, true,
			{ "old and out of order, hpux11", { STAMPED, "c A 5 1 x ts=50/200" }, "",
				"established" } },
		{ HG_OS_BSD, true,
			{ "old after 25 days", { STAMPED, "c A 1 1 x ts=50/200 t=2160000" }, "", "none" } },
		{ HG_OS_LINUX, true,
			{ "began with 0, linux",
				{ "c S 0 0 ts=0/0", "s SA 0 1 ts=200/0", "c A 1 1 ts=7/200",
					"c A 1 1 x ts=5/200" },
				"", "established" } },
	};
	struct hg_stream_config c;

	drive_config(&c);
	c.os_policy = drive_policy_of;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		c.os_policy_arg = &rows[i].os;
		c.liberal_timestamps = rows[i].liberal;
		run_row(&rows[i].row, &c);
	}
}

static void
test_sessions_are_taken_up_in_the_middle(void)
{
	static const struct row rows[] = {
		{ "ACK", { "c A 1 1 x" }, "", "established" },
		{ "server's data first", { "s A 1 1 x" }, "", "established" },
		{ "SYN/ACK", { "s SA 0 1" }, "", "syn_recv" },
		{ "… and its ACK", { "s SA 0 1", "c A 1 1" }, "", "established" },
		{ "FIN with data", { "c FA 1 1 x" }, "", "fin_wait1" },
		{ "FIN alone", { "c FA 1 1" }, "fin_but_no_session", "none" },
		{ "RST", { "c R 1 0" }, "rst_but_no_session", "none" },
	};
	struct hg_stream_config c;

	drive_config(&c);
	c.midstream = true;
	RUN(rows, &c);
}

static void
test_a_synack_first_comes_from_the_server(void)
{
	static struct drive d;
	struct hg_stream_config c;

	drive_config(&c);
	c.midstream = true;
	drive_open(&d, &c);
	drive_packet(&d, "s SA 0 1");
	hg_check_u64("direction", d.p.dir, HG_TO_CLIENT);
	hg_check_u64("client's port", hg_flow_client_port(d.flow), 1025);
	drive_close(&d);
}

static void
test_one_side_is_followed_alone(void)
{
	static const struct row rows[] = {
		{ "client only", { "c S 0 0", "c A 1 1 x" }, "", "established" },
		{ "client only, wrong seq", { "c S 0 0", "c A 5 1 x" }, "3whs_async_wrong_seq", "syn_sent" },
		{ "server only", { "s SA 0 1", "s A 1 1 x" }, "", "established" },
	};
	struct hg_stream_config c;

	drive_config(&c);
	c.async_oneside = true;
	RUN(rows, &c);
}

static void
test_inline_believes_no_early_ack(void)
{
	static const struct row rows[] = {
		{ "data of the server", { "c S 0 0", "s SA 0 1", "s A 1 1 x" }, "3whs_ack_data_inject",
			"syn_recv" },
		{ "ACK of the server", { "c S 0 0", "s SA 0 1", "s A 1 1" }, "3whs_ack_in_wrong_dir",
			"syn_recv" },
	};
	struct hg_stream_config c;

	drive_config(&c);
	c.ips = true;
	RUN(rows, &c);
}

static void
test_inline_drops_what_it_refuses(void)
{
	static struct drive d;
	struct hg_stream_config c;

	drive_config(&c);
	c.ips = true;
	drive_open(&d, &c);
	drive_handshake(&d);
	drive_packet(&d, "c S 9 0");
	hg_check_bool("refused", (d.p.flags & HG_PKT_DROPPED) != 0, true);
	hg_check_u64("why", d.p.drop_reason, HG_DROP_STREAM_ERROR);
	drive_packet(&d, "c A 1 1 x");
	hg_check_bool("accepted", (d.p.flags & HG_PKT_DROPPED) != 0, false);
	drive_close(&d);
}

static void
test_midstream_policies_decide_about_the_flow(void)
{
	static const struct {
		enum hg_exception policy;
		bool ips, dropped, no_detect, action_drop, action_pass;
	} rows[] = {
		{ HG_EXCEPTION_IGNORE, true, false, false, false, false },
		{ HG_EXCEPTION_DROP_FLOW, true, true, true, true, false },
		{ HG_EXCEPTION_REJECT, true, true, true, true, false },
		{ HG_EXCEPTION_REJECT, false, false, false, false, false },
		{ HG_EXCEPTION_PASS_FLOW, true, false, true, false, true },
		{ HG_EXCEPTION_PASS_FLOW, false, false, true, false, true },
		{ HG_EXCEPTION_BYPASS, true, false, true, false, true },
	};
	static struct drive d;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hg_stream_config c;

		drive_config(&c);
		c.ips = rows[i].ips;
		c.midstream_policy = rows[i].policy;
		drive_open(&d, &c);
		drive_packet(&d, "c A 1 1 x");
		hg_check_bool("dropped", (d.p.flags & HG_PKT_DROPPED) != 0, rows[i].dropped);
		hg_check_bool("to be answered", (d.p.flags & HG_PKT_REJECTED) != 0,
			rows[i].policy == HG_EXCEPTION_REJECT && rows[i].ips);
		hg_check_bool("out of detection", (d.p.flags & HG_PKT_NO_DETECT) != 0, rows[i].no_detect);
		hg_check_bool(
			"flow dropped", (d.flow->flags & HG_FLOW_ACTION_DROP) != 0, rows[i].action_drop);
		hg_check_bool("flow passed", (d.flow->flags & HG_FLOW_ACTION_PASS) != 0, rows[i].action_pass);
		hg_check_u64(
			"bypassed", d.flow->state == HG_FLOW_BYPASSED, rows[i].policy == HG_EXCEPTION_BYPASS);
		drive_close(&d);
	}
}

static void
test_a_full_pool_has_its_policy(void)
{
	static struct drive d;
	struct hg_stream_config c;

	drive_config(&c);
	c.ips = true;
	c.max_sessions = 1;
	c.memcap_policy = HG_EXCEPTION_DROP_FLOW;
	drive_open(&d, &c);
	drive_packet(&d, "c S 0 0");
	/* another flow: the same ends, the client's port taken from the payload's place */
	d.p.sport = 2000;
	d.p.flow = NULL;
	d.p.key_hash = 0;
	d.p.flags = 0;
	hg_flow_settle(d.flows, &d.p);
	hg_stream_packet(d.streams, &d.p);
	hg_check_bool("dropped", (d.p.flags & HG_PKT_DROPPED) != 0, true);
	hg_check_u64("why", d.p.drop_reason, HG_DROP_STREAM_MEMCAP);
	hg_check_u64("counted", hg_stream_stats(d.streams)->session_cap, 1);
	drive_close(&d);
}

static void
test_a_closed_session_makes_room_for_the_next(void)
{
	static const struct {
		const char *title, *packets[STEPS];
		uint64_t flows;
	} rows[] = {
		{ "SYN after the end", { TALK, "c FA 6 6", "s FA 6 7", "c A 7 7", "c S 900 0" }, 2 },
		{ "the same SYN after the end", { TALK, "c FA 6 6", "s FA 6 7", "c A 7 7", "c S 0 0" }, 1 },
		{ "SYN before the end", { TALK, "s FA 6 6", "c S 900 0" }, 1 },
		{ "SYN on a flow without session", { "c A 1 1 x", "c S 900 0" }, 2 },
		{ "the other side begins", { TALK, "c FA 6 6", "s FA 6 7", "c A 7 7", "s S 900 0" }, 2 },
		{ "fast open data ignored", { "c S 0 0 tfo hello", "s SA 0 1", "c S 0 0" }, 2 },
	};
	static struct drive d;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hg_stream_config c;

		drive_config(&c);
		drive_open(&d, &c);
		for (unsigned k = 0; k < STEPS && rows[i].packets[k] != NULL; k++)
			drive_packet(&d, rows[i].packets[k]);
		hg_check_u64(rows[i].title, hg_flow_stats(d.flows)->total, rows[i].flows);
		drive_close(&d);
	}
}

static void
test_flags_of_dropped_packets_are_noted(void)
{
	static struct drive d;
	struct hg_stream_config c;
	struct hg_stream_view view;

	drive_config(&c);
	c.ips = true;
	c.urgent = HG_URGENT_DROP;
	drive_open(&d, &c);
	drive_handshake(&d);
	drive_packet(&d, "c PUA 1 1 x urg=1");
	hg_check_bool("dropped", (d.p.flags & HG_PKT_DROPPED) != 0, true);
	d.flow->flags |= HG_FLOW_DROP;
	drive_packet(&d, "s FA 1 1");
	hg_stream_view(d.flow, &view);
	hg_check_u64(
		"of a packet", view.flags[HG_TO_SERVER], HG_TCP_SYN | HG_TCP_ACK | HG_TCP_PSH | HG_TCP_URG);
	hg_check_u64("of a flow", view.flags[HG_TO_CLIENT], HG_TCP_SYN | HG_TCP_ACK | HG_TCP_FIN);
	hg_check_str("state", drive_state(view.state), "established");
	drive_close(&d);
}

HG_TESTS("stream_session", HG_TEST(test_handshakes_end_where_the_peer_ends_them),
	HG_TEST(test_syn_queue_has_an_end), HG_TEST(test_split_handshakes_are_followed),
	HG_TEST(test_fast_open_takes_data_of_the_syn), HG_TEST(test_established_sessions_judge_each_packet),
	HG_TEST(test_sessions_close_step_by_step), HG_TEST(test_resets_are_believed_by_target),
	HG_TEST(test_time_stamps_are_judged_by_target), HG_TEST(test_sessions_are_taken_up_in_the_middle),
	HG_TEST(test_a_synack_first_comes_from_the_server), HG_TEST(test_one_side_is_followed_alone),
	HG_TEST(test_inline_believes_no_early_ack), HG_TEST(test_inline_drops_what_it_refuses),
	HG_TEST(test_midstream_policies_decide_about_the_flow), HG_TEST(test_a_full_pool_has_its_policy),
	HG_TEST(test_a_closed_session_makes_room_for_the_next),
	HG_TEST(test_flags_of_dropped_packets_are_noted))
