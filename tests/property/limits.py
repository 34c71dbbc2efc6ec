#!/usr/bin/env python3
"""Rules and payloads made to cost as much as they can: the work of a packet, counted in units, not timed.

usage: limits.py PROGRAM          prints TAP

Twice the bytes, or twice the rules, cost at most twice the work;
what costs more ends at its limit, is counted there, and the rules behind it go on, or do not where the limit is the packet's.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'captures'), os.path.join(HERE, '..', 'system')]
import eve
import tap

RULE = 'alert udp any any -> any any (%s; sid:%d;)\n'
UNTIMED = ['--set', 'detect.packet-work-limit=1000000000000']


def run(payload, options, *options_and_more):
	"""Counters of detection and the sids that alerted; options: one text a rule."""
	rules = ''.join(RULE % (text, i + 1) for i, text in enumerate(options))
	records = eve.events([eve.ether(eve.datagram(payload))], 'types: [alert, stats]', rules, options=options_and_more)
	alerts = {e['alert']['signature_id'] for e in records if e['event_type'] == 'alert'}
	return records[-1]['stats']['detect'], alerts


def work(payload, options, *more):
	counted, _ = run(payload, options, *more)
	assert counted['work'] > 0 and not counted['over_work'], counted
	return counted['work']


# Name, one rule's options, the payload of n bytes.
LINEAR = [
	('a content everywhere', 'content:"aaaa"', lambda n: b'a' * n),
	('a content that nearly stands everywhere', 'content:"' + 'a' * 100 + 'b' + 'a' * 100 + '"', lambda n: b'a' * n),
	('… in any case', 'content:"' + 'a' * 100 + 'b' + 'a' * 100 + '"; nocase', lambda n: b'aA' * (n // 2)),
	('relative contents everywhere', 'content:"aa"; fast_pattern; ' + '; '.join(['content:"aa"; distance:0; within:9'] * 8) +
		'; content:"b"; within:2', lambda n: b'a' * n),
	('distances with isdataat', 'content:"aa"; isdataat:60000,relative; content:"aa"; distance:1; isdataat:!1,relative',
		lambda n: b'a' * n),
	('jumps back to the begin', 'content:"aa"; fast_pattern; ' + 'byte_jump:1,0,relative,from_beginning; content:"aa"; distance:0; ' * 9 +
		'content:"z"; within:1', lambda n: b'a' * n),
	('an expression that tries again', 'content:"aaaa"; pcre:"/(a+)+$/"', lambda n: b'a' * (n - 1) + b'b'),
	('a relative expression behind each place', 'content:"aa"; pcre:"/a{3}b/R"', lambda n: b'a' * n),
	('encoded bytes everywhere', 'content:"YWFh"; base64_decode:bytes 2048,relative; base64_data; content:"zz"', lambda n: b'YWFh' * (n // 4)),
	('numbers in text', 'content:"1"; byte_test:10,>,9999999999,0,relative,string,dec', lambda n: b'1' * n),
]
SIZES = 8000, 16000, 32000


def linear(options, payload):
	few, more, most = (work(payload(n), [options], *UNTIMED) for n in SIZES)
	assert few <= more <= most and most - more <= 2.1 * (more - few) + 1000, (few, more, most)


def test_twice_the_rules_cost_at_most_twice():
	hostile = 'content:"aa"; content:"aa"; distance:0; pcre:"/a+b/R"'
	few, more = (work(b'a' * 8000, [hostile] * n, *UNTIMED) for n in (20, 40))
	assert more <= 2.1 * few, (few, more)


def test_ten_thousand_relative_contents_over_rules():
	chain = '; '.join(['content:"aa"; fast_pattern'] + ['content:"aa"; within:9'] * 98 + ['content:"b"; within:3'])
	counted, alerts = run(b'a' * 1400, [chain] * 100 + ['content:"aaaa"'])
	assert counted['over_budget'] == 100 and alerts == {101} and counted['work'] < 20e6, (counted, alerts)


def test_ten_thousand_relative_contents_in_one_rule():
	chain = '; '.join(['content:"aa"'] + ['content:"aa"; distance:0'] * 9999)
	counted, alerts = run(b'a' * 1400, [chain, 'content:"aaaa"'])
	assert 2 in alerts and 1 not in alerts and counted['work'] < 20e6, (counted, alerts)


def test_an_expression_at_its_limit_is_counted():
	counted, alerts = run(b'a' * 1000 + b'b', ['content:"aaaa"; pcre:"/(a+)+$/"', 'content:"aaab"'])
	assert counted['pcre_over_limit'] == 1 and alerts == {2}, (counted, alerts)
	counted, alerts = run(b'a' * 1000 + b'b', ['content:"aaaa"; pcre:!"/(a+)+$/"'])
	assert counted['pcre_over_limit'] == 1 and not alerts, (counted, alerts)


def test_the_low_limit_of_the_first_try_changes_no_answer():
	"""Expressions that need hundreds of tries at a place, and fewer than pcre.match-limit."""
	counted, alerts = run(b'a' * 30 + b'b' * 30, ['content:"aaaa"; pcre:"/(?:a|aa){0,9}(?:a|aa)+b{30}$/"', 'content:"aaaa"; pcre:!"/^(a|b)+$/"'])
	assert alerts == {1} and not counted['pcre_over_limit'], (counted, alerts)


def test_a_program_at_its_limit_leaves_the_others():
	counted, alerts = run(b'a' * 5000, ['content:"a"; content:"a"; distance:0; content:"b"; distance:0; within:3', 'content:"aa"'])
	assert counted['over_budget'] == 1 and not counted['over_work'] and alerts == {2}, (counted, alerts)


def test_the_limit_of_a_packet_ends_what_is_left():
	"""Rules in front of it alert, those behind do not, also those that match what is absent; the next packet has its own."""
	rules = [('content:"aaaa"; priority:1', 1)] + [('content:"a"; pcre:"/a{3,}b/R"; priority:2', 2)] * 200 + \
		[('content:"aaaa"; priority:3', 3), ('content:"aaaa"; content:!"b"; priority:3', 3)]
	text = ''.join(RULE % (rule, i + 1) for i, (rule, _) in enumerate(rules))
	records = eve.events([eve.ether(eve.datagram(b'a' * 8000)), eve.ether(eve.datagram(b'a' * 10, sport=5001))], 'types: [alert, stats]', text,
		options=['--set', 'detect.packet-work-limit=1000000'])
	counted = records[-1]['stats']['detect']
	alerts = [(e['src_port'], e['alert']['signature_id']) for e in records if e['event_type'] == 'alert']
	assert counted['over_work'] == 1 and counted['work'] <= 1.1e6, counted
	assert alerts == [(5000, 1), (5001, 1), (5001, 202), (5001, 203)], alerts


def half_way(n):
	"""n rules of which the first half is in one packet, the second in the next; counters, and how many rules matched."""
	rules = ''.join('alert http any any -> any any (http.uri; content:"/half"; http.request_body; content:"end"; sid:%d;)\n' % (i + 1) for i in range(n))
	frames = eve.talk(80, [(0, b'POST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n'), (0, b'end'), (1, b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')])
	counted = eve.events(frames, 'types: [stats]', rules)[-1]['stats']['detect']
	return counted, counted['alert'] + counted['alert_queue_overflow']


def test_rules_half_way_are_remembered_up_to_a_number():
	counted, matched = half_way(200)
	assert matched == 200 and not counted['state_refused'], counted
	counted, matched = half_way(5000)
	assert matched > 0 and counted['state_refused'] > 0, counted


def main():
	if len(sys.argv) != 2:
		print(__doc__)
		return 2
	tap.PROGRAM = os.path.abspath(sys.argv[1])
	cases = [('linear: ' + name, lambda o=options, p=payload: linear(o, p)) for name, options, payload in LINEAR]
	cases += [(name[5:].replace('_', ' '), case) for name, case in globals().items() if name.startswith('test_')]
	return tap.run('limits', cases)


if __name__ == '__main__':
	sys.exit(main())
