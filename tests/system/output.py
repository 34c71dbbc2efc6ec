#!/usr/bin/env python3
"""The output thread and its sinks: nothing is lost that need not be, what is lost is counted, nobody waits for a slow one.

usage: output.py LIVE          prints TAP
"""
import json
import os
import re
import socket
import sys
import threading

import tap
from live_drive import Live, connect, equal, in_order


def writes_every_line_once_and_in_order():
	with Live(PROGRAM, ['output.ring=64mb', 'outputs.eve-log.queue=256mb']) as live:
		equal(live.storm(20000), 0)
		equal(live.emit(10), 0)
		live.end()
		equal(in_order(live.lines('eve.json')), 60010)
		equal((live.last['written'], live.last['lost'], live.last['sinks'][0]['written']), (60010, 0, 60010))


def a_line_goes_out_without_waiting_for_others():
	with Live(PROGRAM) as live:
		for i in range(20):
			live.emit(1)
			live.until(lambda s: s['sinks'][0]['written'] == i + 1)
		equal(in_order(live.lines('eve.json')), 20)


def counts_what_finds_no_room():
	with Live(PROGRAM, ['output.ring=4096', 'outputs.eve-log.queue=4096']) as live:
		refused = live.storm(20000)
		assert refused > 0
		s = live.end()
		equal(s['lost'], refused)
		equal(s['written'], 60000 - refused)
		equal(s['sinks'][0]['written'] + s['sinks'][0]['lost'], s['written'])
		equal(len(live.lines('eve.json')), s['sinks'][0]['written'])


def subscribers_get_numbered_lines_at_once():
	with Live(PROGRAM) as live:
		a = connect(live.events)
		live.until(lambda s: s['subscribers']['connected'] == 1)
		fa = a.makefile()
		for i in range(5):
			live.emit(1)
			got = json.loads(fa.readline())
			equal((got['n'], got['seq'], list(got)[-1]), (i, i + 1, 'seq'))
		b = connect(live.events)
		live.until(lambda s: s['subscribers']['connected'] == 2)
		live.emit(1)
		equal(json.loads(fa.readline())['seq'], 6)
		equal(json.loads(b.makefile().readline())['seq'], 1)
		b.close()
		live.until(lambda s: s['subscribers']['connected'] == 1)
		a.close()


def a_subscriber_that_does_not_read_harms_itself_alone():
	with Live(PROGRAM, ['event-socket.queue=262144']) as live:
		deaf, good = connect(live.events), connect(live.events)
		live.until(lambda s: s['subscribers']['connected'] == 2)
		got = []
		reader = threading.Thread(target=lambda: got.extend(json.loads(x) for x in good.makefile()))
		reader.start()
		for i in range(40):
			live.emit(500)
			live.until(lambda s: len(got) == 500 * (i + 1))
		s = live.until(lambda s: s['subscribers']['sent'] + s['subscribers']['lost'] == 40000)
		assert s['subscribers']['lost'] > 0
		# It reads at last: what was lost is missing, and the numbers show it.
		deaf.settimeout(0.5)
		late = b''
		try:
			while True:
				late += deaf.recv(1 << 20)
		except OSError:
			pass
		live.emit(1)
		deaf.settimeout(20)
		while not late.endswith(b'\n') or b'"n":20000,' not in late.splitlines()[-1]:
			late += deaf.recv(1 << 20)
		late = [json.loads(x) for x in late.splitlines()]
		equal(late[-1]['seq'], 20001)
		assert len(late) < 20001
		assert all(r['seq'] == r['n'] + 1 for r in late)
		live.end()
		reader.join()
		equal([r['seq'] for r in got], list(range(1, 20002)))
		equal(in_order(live.lines('eve.json')), 20001)
		deaf.close()
		good.close()


def refuses_too_many_subscribers():
	with Live(PROGRAM, ['event-socket.subscribers=2']) as live:
		some = [connect(live.events) for _ in range(3)]
		s = live.until(lambda s: s['subscribers']['refused'] == 1)
		equal(s['subscribers']['connected'], 2)
		equal(some[2].recv(1), b'')
		for x in some:
			x.close()


class Follower(threading.Thread):
	"""Reads as Filebeat does: every file of the pattern, known by its inode, each to its end again and again."""

	def __init__(self, folder):
		super().__init__()
		self.folder, self.over = folder, threading.Event()
		self.files, self.records = {}, []

	def look(self):
		for name in os.listdir(self.folder):
			if name.startswith('eve.json'):
				try:
					f = open(os.path.join(self.folder, name), 'rb')
				except FileNotFoundError:
					continue
				inode = os.fstat(f.fileno()).st_ino
				if inode in self.files:
					f.close()
				else:
					self.files[inode] = [f, b'']

	def read(self):
		for state in self.files.values():
			while text := state[0].read(1 << 16):
				*whole, state[1] = (state[1] + text).split(b'\n')
				self.records += [json.loads(x) for x in whole]

	def run(self):
		last = False
		while not last:
			last = self.over.is_set()
			self.look()
			self.read()
		for f, rest in self.files.values():
			f.close()
			assert rest == b''


def a_reader_loses_no_line_over_rotation():
	with Live(PROGRAM, ['outputs.eve-log.rotate-size=100kb', 'outputs.eve-log.rotate-keep=900', 'output.ring=64mb',
			'outputs.eve-log.queue=256mb']) as live:
		follower = Follower(live.folder)
		follower.start()
		for _ in range(100):
			equal(live.storm(40), 0)
			live.until(lambda s: s['sinks'][0]['queued'] == 0)
		live.end()
		follower.over.set()
		follower.join(60)
		equal(sorted((r['producer'], r['n']) for r in follower.records), [(p, n) for p in range(3) for n in range(4000)])
		files = [n for n in os.listdir(live.folder) if n.startswith('eve.json')]
		assert len(files) > 10, files


def begins_a_new_file_when_its_time_is_over():
	with Live(PROGRAM, ['outputs.eve-log.rotate-interval=1s', 'outputs.eve-log.rotate-keep=100']) as live:
		n = 0
		while not os.path.exists(live.path('eve.json.2')):
			live.emit(1)
			n += 1
			live.until(lambda s: s['sinks'][0]['written'] == n)
		live.end()
		names = sorted((x for x in os.listdir(live.folder) if x.startswith('eve.json.')), key=lambda x: -int(x.split('.')[2]))
		equal([r['n'] for r in live.lines(*names, 'eve.json')], list(range(n)))
	with Live(PROGRAM, ['outputs.eve-log.filename=eve-%Y.json', 'outputs.eve-log.prefix=@cee: ', 'outputs.eve-log.filemode=600']) as live:
		live.emit(1)
		live.end()
		name, = (x for x in os.listdir(live.folder) if x.startswith('eve-'))
		assert re.fullmatch(r'eve-2\d\d\d\.json', name), name
		equal(os.stat(live.path(name)).st_mode & 0o777, 0o600)
		with open(live.path(name)) as f:
			assert f.read().startswith('@cee: {"timestamp"')
	for bad in ('rotate-interval=1x', 'rotate-interval=0s', 'rotate-interval=soon'):
		try:
			Live(PROGRAM, ['outputs.eve-log.' + bad])
			assert False, bad
		except RuntimeError as e:
			assert 'rotate-interval takes' in str(e), e


def keeps_as_many_old_files_as_asked_for():
	with Live(PROGRAM, ['outputs.eve-log.rotate-size=10kb', 'outputs.eve-log.rotate-keep=3']) as live:
		for i in range(20):
			live.emit(100)
			live.until(lambda s: s['sinks'][0]['written'] == 100 * (i + 1))
		live.end()
		names = ['eve.json.3', 'eve.json.2', 'eve.json.1', 'eve.json']
		equal(sorted(n for n in os.listdir(live.folder) if n.startswith('eve.json')), sorted(names))
		records = live.lines(*names)
		in_order(records)
		equal(records[-1]['n'], 1999)


def reopens_by_name():
	with Live(PROGRAM) as live:
		live.emit(5)
		live.until(lambda s: s['sinks'][0]['written'] == 5)
		os.rename(live.path('eve.json'), live.path('old'))
		live.emit(5)
		live.until(lambda s: s['sinks'][0]['written'] == 10)
		live.order('reopen')
		live.emit(5)
		live.end()
		equal([r['n'] for r in live.lines('old')], list(range(10)))
		equal([r['n'] for r in live.lines('eve.json')], list(range(10, 15)))


def a_full_disk_costs_no_half_lines():
	if not os.path.exists('/dev/full'):
		return 'skip: no /dev/full'
	config = 'outputs:\n- eve-log: {enabled: yes, filename: /dev/full}\n- eve-log: {enabled: yes, filename: good.json}\n'
	with Live(PROGRAM, config=config) as live:
		live.emit(100)
		s = live.until(lambda s: s['sinks'][1]['written'] == 100 and s['sinks'][0]['reconnects'] > 1)
		equal((s['sinks'][0]['written'], s['sinks'][0]['queued']), (0, 100))
		s = live.end()
		equal((s['sinks'][0]['lost'], s['sinks'][1]['lost']), (100, 0))
		equal(in_order(live.lines('good.json')), 100)


def each_output_gets_the_types_it_lists():
	config = 'outputs:\n- eve-log: {enabled: yes, filename: a.json, types: [alert, {flow: {enabled: no}}, files]}\n' \
		'- fast: {enabled: no}\n- eve-log: {enabled: no, filename: never.json}\n' \
		'- eve-log: {enabled: yes, filename: b.json, types: [flow, {alert: {payload: yes}}]}\n' \
		'- eve-log: {enabled: yes, filename: c.json}\n'
	kinds = ['alert', 'flow', 'fileinfo', 'login']
	with Live(PROGRAM, config=config) as live:
		for kind in kinds:
			live.emit(1, kind)
		live.end()
		equal([r['event_type'] for r in live.lines('a.json')], ['alert', 'fileinfo', 'login'])
		equal([r['event_type'] for r in live.lines('b.json')], ['alert', 'flow', 'login'])
		equal([r['event_type'] for r in live.lines('c.json')], kinds)
		assert not os.path.exists(live.path('never.json'))


def unix_stream_comes_back_after_its_reader():
	with Live(PROGRAM, ['outputs.eve-log.filetype=unix_stream', 'outputs.eve-log.filename=out.sock']) as live:
		live.emit(10)
		live.until(lambda s: s['sinks'][0]['reconnects'] > 0)
		server = socket.socket(socket.AF_UNIX)
		server.bind(live.path('out.sock'))
		server.listen(1)
		server.settimeout(20)
		first, _ = server.accept()
		f = first.makefile()
		equal([json.loads(f.readline())['n'] for _ in range(10)], list(range(10)))
		f.close()
		first.close()
		live.emit(10)
		second, _ = server.accept()
		f = second.makefile()
		equal([json.loads(f.readline())['n'] for _ in range(10)], list(range(10, 20)))
		s = live.end()
		equal((s['sinks'][0]['written'], s['sinks'][0]['lost']), (20, 0))


def unix_dgram_sends_a_line_each():
	with Live(PROGRAM, ['outputs.eve-log.filetype=unix_dgram', 'outputs.eve-log.filename=out.sock']) as live:
		server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		server.bind(live.path('out.sock'))
		server.settimeout(20)
		live.emit(300)
		equal([json.loads(server.recv(65536))['n'] for _ in range(300)], list(range(300)))
		server.close()


def the_end_does_not_wait_for_ever():
	with Live(PROGRAM, ['outputs.eve-log.filetype=unix_stream', 'outputs.eve-log.filename=out.sock']) as live:
		server = socket.socket(socket.AF_UNIX)
		server.bind(live.path('out.sock'))
		server.listen(1)
		deaf = connect(live.events)
		live.until(lambda s: s['subscribers']['connected'] == 1)
		for _ in range(40):
			live.emit(1000)
		s = live.end()
		assert s['sinks'][0]['lost'] > 0
		equal(s['sinks'][0]['written'] + s['sinks'][0]['lost'], s['written'])
		deaf.close()
		server.close()


if __name__ == '__main__':
	PROGRAM = sys.argv[1]
	sys.exit(tap.run('output', [(f.__name__.replace('_', ' '), f) for f in (
		writes_every_line_once_and_in_order, a_line_goes_out_without_waiting_for_others, counts_what_finds_no_room,
		subscribers_get_numbered_lines_at_once, a_subscriber_that_does_not_read_harms_itself_alone,
		refuses_too_many_subscribers, a_reader_loses_no_line_over_rotation, begins_a_new_file_when_its_time_is_over, keeps_as_many_old_files_as_asked_for,
		reopens_by_name, a_full_disk_costs_no_half_lines, each_output_gets_the_types_it_lists, unix_stream_comes_back_after_its_reader,
		unix_dgram_sends_a_line_each, the_end_does_not_wait_for_ever)]))
