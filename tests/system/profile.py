#!/usr/bin/env python3
"""What rules cost in a run: measured from start to stop, by all workers, through reloads and a worker that stands still.

usage: profile.py PROGRAM          prints TAP; skipped without root; needs python3-jsonschema
"""
import json
import os
import sys
import tempfile

sys.dont_write_bytecode = True
import jsonschema  # noqa: E402
import tap  # noqa: E402
from lab import SERVER, Lab, missing, seized, until  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else ''
SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'docs', 'schema', 'tools', 'rule_perf.json')

# A datagram makes each a candidate, and two match.
RULES = '''
alert udp any any -> any 9 (content:"one"; sid:1; rev:3;)
alert udp any any -> any 9 (content:"one"; content:"two"; distance:0; sid:2;)
alert udp any any -> any 9 (content:"one"; fast_pattern; content:"four"; distance:0; sid:3;)
alert udp any any -> any 10 (content:"one"; sid:4;)
'''
SEND = 'import socket\nfor port in range(2000, 2000 + %%d):\n s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n' \
	' s.bind(("", port)); s.sendto(b"one two three", ("%s", 9)); s.close()\n' % SERVER


class Run:
	"""A hangu of two workers between hosts; datagrams from so many ports, so that both have some."""

	def __init__(self, lab, h, rules):
		self.lab, self.h, self.rules, self.sent = lab, h, rules, 0

	def send(self, n):
		self.lab.on('client', sys.executable, '-c', SEND % n, check=True)
		self.sent += n
		assert until(lambda: self.alerts(1) == self.sent), (self.alerts(1), self.sent, self.h.said())

	def alerts(self, sid):
		return sum(e['alert']['signature_id'] == sid for e in self.h.events('alert'))

	def costs(self, **how):
		got = self.h.ask('ruleset-profile', **how)
		with open(SCHEMA, encoding='utf-8') as f:
			jsonschema.Draft7Validator(json.load(f)).validate(got)
		return got['rules']

	def looks(self):
		return {r['signature_id']: (r['checks'], r['matches']) for r in self.costs()}

	def refused(self, command, why):
		try:
			self.h.ask(command)
		except AssertionError as e:
			assert why in str(e), e
		else:
			raise AssertionError('%s is refused' % command)


def running(case, *words):
	def wrapped():
		if missing():
			return 'skip: ' + missing()
		with tempfile.TemporaryDirectory() as folder, Lab() as lab:
			rules = folder + '/cost.rules'
			with open(rules, 'w') as f:
				f.write(RULES)
			with lab.hangu(PROGRAM, '-S', rules, '--workers', '2', *words) as h:
				case(Run(lab, h, rules))
		return None
	return wrapped


def looked(n):
	return {1: (n, n), 2: (n, n), 3: (n, 0)}


def from_start_to_stop(run):
	run.refused('ruleset-profile', 'ruleset-profile-start begins')
	run.send(3)
	assert run.h.ask('ruleset-profile-start') == 'OK'
	assert run.looks() == {}
	run.send(20)
	assert run.looks() == looked(20), run.looks()
	assert run.h.ask('ruleset-profile-start') == 'OK', 'it goes on'
	run.send(5)
	assert run.h.ask('ruleset-profile-stop') == run.h.ask('ruleset-profile-stop') == 'OK'
	run.send(7)
	assert run.looks() == looked(25), run.looks()
	assert run.h.ask('ruleset-profile-start') == 'OK'
	run.send(2)
	assert run.looks() == looked(2), 'it begins anew: %s' % run.looks()
	run.h.ask('ruleset-profile-stop')
	assert run.h.stop() == 0, run.h.said()
	assert not os.path.exists(run.h.folder + '/rule_perf.log'), 'of a run that measures at its end'


def in_the_order_that_is_asked_for(run):
	run.h.ask('ruleset-profile-start')
	run.send(10)
	by = {sort: run.costs(sort=sort) for sort in ('ticks', 'avgticks', 'maxticks', 'checks', 'matches')}
	for sort, key in (('ticks', 'ticks_total'), ('avgticks', 'ticks_avg'), ('maxticks', 'ticks_max'), ('checks', 'checks'), ('matches', 'matches')):
		assert [r[key] for r in by[sort]] == sorted((r[key] for r in by[sort]), reverse=True), (sort, by[sort])
		assert all(r['ticks_total'] > 0 for r in by[sort]), by[sort]
	assert by['matches'][-1]['signature_id'] == 3 and by['matches'][0]['rev'] == 3, by
	assert run.costs(sort='matches', limit=2) == by['matches'][:2]


def through_reloads(run):
	run.h.ask('ruleset-profile-start')
	run.send(4)
	with open(run.rules, 'w') as f:
		f.write(RULES.replace('sid:3', 'sid:33').replace('alert udp any any -> any 10', 'alert udp any any -> any 9'))
	run.h.ask('ruleset-reload-rules')
	assert run.looks() == {}, 'figures are of the rules at work'
	run.send(6)
	assert run.looks() == {1: (6, 6), 2: (6, 6), 33: (6, 0), 4: (6, 6)}, run.looks()
	run.h.ask('ruleset-profile-stop')
	run.h.ask('ruleset-reload-rules')
	run.refused('ruleset-profile', 'ruleset-profile-start begins')
	run.send(1)
	run.refused('ruleset-profile', 'ruleset-profile-start begins')


def a_worker_that_stands_still(run):
	run.h.ask('ruleset-profile-start')
	run.send(8)
	with seized(run.h.process.pid, 'worker-0'):
		assert run.looks() == looked(8), 'nobody waits for it'
		run.h.ask('ruleset-profile-stop')
		run.refused('ruleset-profile-start', 'worker 0 stands still')
	assert until(lambda: begins(run)), 'it goes on'
	run.send(3)
	assert run.looks() == looked(3), run.looks()
	assert run.h.stop() == 0, run.h.said()


def begins(run):
	try:
		return run.h.ask('ruleset-profile-start')
	except AssertionError:
		return None


def from_the_beginning_to_the_end(run):
	run.send(9)
	assert run.looks() == looked(9), run.looks()
	assert run.h.stop() == 0, run.h.said()
	with open(run.h.folder + '/rule_perf.log', encoding='utf-8') as f:
		lines = [json.loads(line) for line in f]
	assert len(lines) == 1 and {r['signature_id']: (r['checks'], r['matches']) for r in lines[0]['rules']} == looked(9), lines


if __name__ == '__main__':
	if not os.path.exists(PROGRAM):
		sys.exit(__doc__)
	sys.exit(tap.run('profile', [
		('from start to stop, by both workers', running(from_start_to_stop)),
		('in the order that is asked for', running(in_the_order_that_is_asked_for)),
		('through reloads', running(through_reloads)),
		('a worker that stands still', running(a_worker_that_stands_still)),
		('from the beginning to the end, by option', running(from_the_beginning_to_the_end, '--rule-profile')),
		('… and by key', running(from_the_beginning_to_the_end, '--set', 'profiling.rules.active=yes')),
	]))
