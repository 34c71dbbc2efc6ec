#!/usr/bin/env python3
"""The control socket: framing, commands, hostile clients, suricatasc, `hangu ctl`; counters by HTTP.

usage: control.py LIVE HANGU          prints TAP
"""
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile

import tap
from live_drive import Control, Live, connect, equal


def greets():
	with Live(PROGRAM) as live:
		for version, answer in (('0.1', 'OK'), ('0.2', 'OK'), ('7', 'NOK')):
			c = Control(live.control, version)
			equal(c.hello['return'], answer)
			if answer == 'NOK':
				equal(c.receive(), None)
			c.close()
		c = Control(live.control)
		equal(c.nok('nonsense'), 'Unknown command')
		c.close()
		equal(stat.S_IMODE(os.stat(live.control).st_mode), 0o600)


def refuses_commands_before_the_greeting():
	with Live(PROGRAM) as live:
		s = connect(live.control)
		s.sendall(b'{"command": "shutdown"}')
		got = json.loads(s.makefile().readline())
		equal(got['return'], 'NOK')
		equal(s.recv(1), b'')
		equal(live.emit(1), 0)


def answers_commands_of_the_peer():
	with Live(PROGRAM) as live:
		c = Control(live.control)
		names = c.ok('command-list')
		equal(names['count'], len(names['commands']))
		for name in ('version', 'uptime', 'running-mode', 'capture-mode', 'dump-counters', 'iface-list', 'ruleset-stats',
				'ruleset-failed-rules', 'ruleset-reload-time', 'reopen-log-files', 'help'):
			assert name in names['commands'], name
			c.ok(name)
		assert isinstance(c.ok('uptime'), int)
		equal(c.ok('running-mode'), 'workers')
		equal(c.ok('iface-list'), {'count': 2, 'ifaces': ['in0', 'out0']})
		equal(c.ok('iface-stat', iface='out0'), {'pkts': 11, 'invalid-checksums': 0, 'drop': 3, 'bypassed': 0})
		equal(c.nok('iface-stat', iface='eth9'), 'Iface does not exist')
		assert 'argument' in c.nok('iface-stat')
		equal(c.ok('ruleset-stats'), [{'id': 0, 'rules_loaded': 7, 'rules_failed': 1, 'rules_skipped': 0}])
		failed = c.ok('ruleset-failed-rules')
		equal((failed[0]['tenant_id'], failed[0]['filename'], failed[0]['line']), (0, 'my.rules', 2))
		assert c.ok('ruleset-reload-time')[0]['last_reload'].startswith('2023-11-1')
		counters = c.ok('dump-counters')
		assert counters['decoder']['pkts'] >= 0 and 'uptime' in counters, counters
		equal(c.ok('conf-get', variable='flow.max'), '1000000')
		equal(c.nok('conf-get', variable='outputs'), 'No string value')
		equal(c.nok('conf-get', variable='nope'), 'Unable to get value')
		c.close()


def rules_are_measured_when_asked_for():
	with Live(PROGRAM) as live:
		c = Control(live.control)
		equal(c.nok('ruleset-profile'), 'these rules were not measured')
		equal(c.ok('ruleset-reload-nonblocking'), 'done')
		equal(c.nok('ruleset-profile-start'), 'workers are taking up other rules')
		live.order('reloaded 0')
		equal(c.ok('ruleset-profile-start'), 'OK')
		equal(c.ok('ruleset-profile'), {'sort': 'ticks', 'limit': 10})
		equal(c.ok('ruleset-profile', sort='checks', limit=3), {'sort': 'checks', 'limit': 3})
		equal(c.ok('ruleset-profile', limit=0), {'sort': 'ticks', 'limit': 100000})
		for wrong, why in (({'sort': 'speed'}, '"sort"'), ({'sort': 7}, '"sort"'), ({'limit': -1}, '"limit"'), ({'limit': '3'}, '"limit"')):
			assert c.nok('ruleset-profile', **wrong).startswith(why), wrong
		equal(c.ok('ruleset-profile-stop'), 'OK')
		equal(c.nok('ruleset-profile'), 'these rules were not measured')
		c.close()


def a_reload_tells_what_it_changed():
	with Live(PROGRAM) as live:
		c = Control(live.control)
		equal(c.nok('ruleset-reload-report'), 'rules were not loaded anew yet')
		for bad in (1, 0):
			equal(c.ok('ruleset-reload-nonblocking'), 'done')
			live.order('reloaded %d' % bad)
		got = c.ok('ruleset-reload-report')
		added = got.pop('added')
		equal(got, {'reloads': 1, 'rules_loaded': 7, 'rules_failed': 1, 'took_ms': 1200, 'compile_ms': 1100, 'memory': 5000000000,
			'removed': {'rules': 0, 'first': []}, 'changed': {'rules': 0, 'first': []}})
		equal((added['rules'], len(added['first']), added['first'][-1]), (101, 100, {'gid': 1, 'sid': 99}))


def a_reload_answers_when_it_is_done():
	with Live(PROGRAM) as live:
		a, b = Control(live.control), Control(live.control)
		equal(b.ok('ruleset-reload-nonblocking'), 'done')
		live.order('reloaded 0')
		for bad, answer in ((0, {'return': 'OK', 'message': 'done'}), (1, {'return': 'NOK', 'message': 'my.rules: no such file'})):
			a.raw(b'{"command": "ruleset-reload-rules"}')
			live.until(lambda s: s['reloading'])
			equal(b.nok('reload-rules'), 'a reload is under way')
			equal(live.order('reloaded %d' % bad), 'ok')
			equal(a.receive(), answer)
		a.close()
		b.close()


def frames_objects_at_any_split():
	with Live(PROGRAM) as live:
		text = b'{"version": "0.2"} {"command": "conf-get", "arguments": {"variable": "a\\"}{\\\\"}}\n{"command":"uptime"}'
		whole = None
		for cut in (1, 2, 3, 7, len(text)):
			s = connect(live.control)
			for at in range(0, len(text), cut):
				s.sendall(text[at:at + cut])
			f = s.makefile()
			got = [json.loads(f.readline()) for _ in range(3)]
			equal([x['return'] for x in got], ['OK', 'NOK', 'OK'])
			whole = whole or got[:2]
			equal(got[:2], whole)
			s.close()
		s = connect(live.control)
		s.sendall(b'{"version": "0.2"}' + b'{"command": "running-mode"}' * 500)
		s.shutdown(socket.SHUT_WR)
		equal(len(s.makefile().read().splitlines()), 501)
		# Answers that find no room in the socket for a while.
		for deaf in (True, False):
			s, other = connect(live.control), Control(live.control)
			s.sendall(b'{"version": "0.2"}' + b'{"command": "dump-counters"}' * 100)
			if deaf:
				s.shutdown(socket.SHUT_WR)
			for _ in range(50):
				other.ok('uptime')
			f = s.makefile()
			equal([json.loads(f.readline())['return'] for _ in range(101)], ['OK'] * 101)
			f.close()
			s.close()
			other.close()


def survives_hostile_clients():
	with Live(PROGRAM) as live:
		endings = [b'not json', b'{"version"' + b'}' * 10, b'{"version": "0.2"}]', b'{"version": "0.2"}{"command": [}', b'[1]' * 50]
		for text in endings:
			s = connect(live.control)
			s.sendall(text)
			s.close()
		big = connect(live.control)
		big.sendall(b'{"version": "0.2"}')
		try:
			big.sendall(b'{"command": "' + b'x' * (2 << 20))
			big.sendall(b'x')
			gone = big.recv(100) and big.recv(100) == b''
		except OSError:
			gone = True
		assert gone, 'a command beyond the limit was waited for'
		deaf = connect(live.control)
		deaf.setblocking(False)
		deaf.send(b'{"version": "0.2"}')
		try:
			while True:
				deaf.send(b'{"command": "dump-counters"}')
		except BlockingIOError:
			pass
		quiet = [connect(live.control) for _ in range(40)]
		c = Control(live.control)
		assert c.ok('uptime') >= 0
		equal(live.emit(3), 0)
		c.close()
		for s in quiet:
			s.close()
		deaf.close()


def blocks_by_address_prefix_and_tuple():
	with Live(PROGRAM) as live:
		c = Control(live.control)
		entries = [{'address': '203.0.113.7', 'ttl': 60, 'id': 'd-1', 'reason': 'scan'}, {'address': '203.0.113.77/24', 'vlan': 7},
			{'address': '2001:db8::1/64', 'vni': 9}, {'address': '203.0.113.7'},
			{'src_ip': '10.0.0.1', 'src_port': 5, 'dest_ip': '10.0.0.2', 'dest_port': 80, 'proto': 'tcp'}]
		equal(c.ok('block-add', entries=entries), {'added': 4, 'renewed': 1, 'refused': []})
		equal(c.ok('block-add', address='198.51.100.1'), {'added': 1, 'renewed': 0, 'refused': []})
		got = c.ok('block-list')
		equal((got['total'], got['generation']), (5, 2))
		equal(got['entries'][1], {'address': '203.0.113.0/24', 'vlan': 7, 'hits': 0})
		equal(got['entries'][2], {'address': '2001:0db8:0000:0000:0000:0000:0000:0000/64', 'vni': 9, 'hits': 0})
		equal(got['entries'][3], {'src_ip': '10.0.0.1', 'src_port': 5, 'dest_ip': '10.0.0.2', 'dest_port': 80, 'proto': 'TCP',
			'hits': 0})
		equal(len(c.ok('block-list', offset=4, count=1000)['entries']), 1)
		page = c.ok('block-list', offset=1, count=2)
		equal((page['entries'], page['next']), (got['entries'][1:3], 3))
		assert 'next' not in got, 'there is no more'
		equal(c.ok('block-del', entries=[{'address': '203.0.113.0/24'}, got['entries'][1], {'address': '198.51.100.1'}]),
			{'deleted': 2, 'absent': 1, 'refused': []})
		equal(c.ok('block-stats'), {'entries': 3, 'capacity': 2000, 'hits': 5, 'generation': 3, 'epoch': 'e1'})
		c.close()


def sets_of_values_change_live():
	with Live(PROGRAM) as live:
		c = Control(live.control)
		ask = lambda command, value='YS50ZXN0', **more: c.ok('dataset-' + command, setname='strings', settype='string', datavalue=value, **more)
		no = lambda command, **arguments: c.nok('dataset-' + command, **arguments)
		equal(ask('add'), 'data added')
		equal(ask('add'), 'data already in set')
		equal(ask('lookup'), 'item found in set')
		equal(ask('add', 'Yg==', score=9), 'data added')
		equal(ask('lookup', 'Yg=='), 'item found in set, score 9')
		equal(ask('remove'), 'data removed')
		equal(no('remove', setname='strings', datavalue='YS50ZXN0'), 'it is not in the set')
		equal(no('lookup', setname='strings', datavalue='YS50ZXN0'), 'item not found in set')
		equal(ask('add', ttl=3600), 'data added')
		equal(c.ok('dataset-clear', setname='strings', settype='string'), 'dataset cleared')
		equal(no('lookup', setname='strings', datavalue='Yg=='), 'item not found in set')
		equal(no('add', setname='nobody', datavalue='Yg=='), 'no rule knows a set "nobody"')
		equal(no('add', setname='strings', settype='md5', datavalue='Yg=='), 'set "strings" is of type string')
		equal(no('add', setname='strings', datavalue='Y'), '"datavalue" is no value of type string, which stands in base64')
		equal(no('add', setname='addresses', datavalue='fd00::1'), '"datavalue" is no value of type ipv4')
		equal(no('add', setname='addresses', datavalue='10.0.0.1', score=-1), '"score" is a number from 0 to 65535')
		equal(no('add', setname='addresses', datavalue='10.0.0.1', ttl='1h'), '"ttl" is a number from 0 to 316224000')
		equal(no('add', setname='addresses'), '"datavalue" is missing')
		equal(no('clear'), '"setname" is missing')
		full = [c.command('dataset-add', setname='addresses', datavalue='10.1.%d.%d' % (i >> 8, i & 255))['return'] for i in range(3000)]
		assert full.count('OK') == 2047 and full[2047:] == ['NOK'] * 953, full.count('OK')
		c.close()


def says_which_workers_do_not_have_all_blocks_yet():
	with Live(PROGRAM) as live:
		c = Control(live.control)
		live.order('behind %d' % 0b101)
		equal(c.ok('block-add', address='198.51.100.1'), {'added': 1, 'renewed': 0, 'refused': [], 'behind': [0, 2]})
		equal(c.ok('block-del', address='198.51.100.1')['behind'], [0, 2])
		equal(c.ok('block-stats')['behind'], [0, 2])
		live.order('behind 0')
		assert 'behind' not in c.ok('block-stats')
		c.close()


def refuses_bad_blocks_one_by_one():
	bad = [{'address': '203.0.113'}, {'address': '203.0.113.7/33'}, {'address': '2001:db8::/129'}, {'address': 7}, {}, 'x',
		{'address': '1.2.3.4', 'vlan': 5000}, {'address': '1.2.3.4', 'ttl': 0}, {'address': '1.2.3.4', 'ttl': -1},
		{'address': '1.2.3.4', 'ttl': 1.5}, {'address': '1.2.3.4', 'id': 'x' * 300}, {'src_ip': '1.2.3.4'},
		{'src_ip': '1.2.3.4', 'dest_ip': '::1', 'proto': 'tcp'}, {'src_ip': '1.2.3.4', 'dest_ip': '1.2.3.5', 'proto': 'xyz'},
		{'src_ip': '1.2.3.4', 'dest_ip': '1.2.3.5', 'proto': 6, 'src_port': 65536}, {'address': '1.2.3.4', 'src_ip': '1.2.3.4'},
		{'src_ip': '1.2.3.4', 'dest_ip': '1.2.3.5', 'proto': 0}, {'address': '1.2.3.4', 'vlan': 1, 'vni': 1}]
	with Live(PROGRAM) as live:
		c = Control(live.control)
		got = c.ok('block-add', entries=bad + [{'address': '1.2.3.4'}])
		equal((got['added'], got['renewed']), (1, 0))
		equal([x['index'] for x in got['refused']], list(range(len(bad))))
		assert all(x['reason'] for x in got['refused'])
		c.nok('block-add')
		c.nok('block-add', entries=[{'address': '1.2.3.4'}] * 1001)
		got = c.ok('block-add', entries=[{'address': '10.%d.%d.1' % (i // 250, i % 250)} for i in range(1000)])
		equal(got['added'], 1000)
		got = c.ok('block-add', entries=[{'address': '11.%d.%d.1' % (i // 250, i % 250)} for i in range(1000)])
		equal((got['added'], got['refused'][0]['reason']), (999, 'the table is full'))
		equal(len(c.ok('block-list', offset=0, count=1000)['entries']), 1000)
		c.close()


def lists_go_on_from_page_to_page():
	addresses = ['10.%d.%d.1' % (i // 250, i % 250) for i in range(1000)] + ['11.0.%d.%d' % (i // 250, i % 250) for i in range(500)]
	with Live(PROGRAM) as live:
		c = Control(live.control)
		for at in (0, 750):
			c.ok('block-add', entries=[{'address': a} for a in addresses[at:at + 750]])
		text = subprocess.run([HANGU, 'ctl', '-s', live.control, 'block-list'], capture_output=True, text=True, timeout=60).stdout
		said = text.splitlines()
		equal([line.split() for line in said[:2]], [['total', '1500'], ['generation', '2']])
		equal([line.split()[0] for line in said[2:]], ['address=' + a for a in addresses])
		page, got = {'next': 0}, []
		while 'next' in page:
			page = c.ok('block-list', **{'from': page['next']}, count=400)
			got += [e['address'] for e in page['entries']]
			c.ok('block-del', entries=page['entries'][:100])  # what is gone does not make others move up
		equal(got, addresses)
		c.nok('block-list', **{'from': -1})
		c.close()


def suricatasc_drives_it():
	with Live(PROGRAM) as live:
		def say(text):
			got = subprocess.run(['suricatasc', '-c', text, live.control], capture_output=True, text=True, timeout=60)
			equal(got.returncode, 0)
			return json.loads(got.stdout)
		equal(say('running-mode'), {'return': 'OK', 'message': 'workers'})
		equal(say('iface-stat in0')['message']['pkts'], 10)
		equal(say('conf-get flow.max')['message'], '1000000')
		assert say('dump-counters')['message']['decoder']['pkts'] >= 0
		equal(say('reopen-log-files')['return'], 'OK')
		equal(say('shutdown')['return'], 'OK')
		live.process.wait(20)


def ctl_drives_it():
	def ctl(*words, status=0, language='C'):
		got = subprocess.run([HANGU, 'ctl', *words], capture_output=True, text=True, timeout=60, env=dict(os.environ, LC_ALL=language))
		equal((got.returncode, got.stderr if status == 0 else ''), (status, ''))
		return got.stdout if status == 0 else got.stderr
	with Live(PROGRAM) as live:
		s = ('-s', live.control)
		equal(ctl(*s, 'running-mode'), 'workers\n')
		equal(ctl(*s, 'conf-get', 'flow.max'), '1000000\n')
		equal(ctl(*s, 'worker-restart').split(), ['restarted', '3'])
		equal(ctl(*s, 'worker-restart', '2').split(), ['restarted', '1'])
		equal(ctl(*s, 'worker-restart', '3', status=1), 'error: worker-restart: there is no worker 3\n')
		equal(ctl(*s, 'worker-restart', 'all', status=1), 'error: worker-restart: "worker" must be a number, from 0 on\n')
		equal(ctl(*s, 'ruleset-profile-start'), 'OK\n')
		equal(ctl(*s, 'ruleset-profile', 'limit=2', 'sort=matches').split(), ['sort', 'matches', 'limit', '2'])
		equal(ctl(*s, 'iface-list').split(), ['count', '2', 'ifaces:', '2', 'in0', 'out0'])
		equal(dict(x.split() for x in ctl(*s, 'iface-stat', 'out0').splitlines())['pkts'], '11')
		equal(ctl(*s, 'ruleset-stats'), 'id=0  rules_loaded=7  rules_failed=1  rules_skipped=0\n')
		assert 'decoder.event.ipv4.trunc_pkt ' in ctl(*s, 'dump-counters')
		equal(json.loads(ctl('--json', *s, 'version'))['return'], 'OK')
		equal(ctl(*s, 'block-add', '203.0.113.9/24', 'ttl=60', 'vlan=3', 'reason=a\x1b[2J').splitlines()[0].split(), ['added', '1'])
		got = ctl(*s, 'block-list', 'offset=0', 'count=5')
		assert 'address=203.0.113.0/24  vlan=3  ttl=60  reason=a\\x1b[2J  hits=0\n' in got, got
		equal(ctl(*s, 'block-del', '203.0.113.0/24', 'vlan=3').splitlines()[0].split(), ['deleted', '1'])
		equal(ctl(*s, 'iface-stat', 'eth9', status=1), 'error: iface-stat: Iface does not exist\n')
		assert 'NAME=VALUE' in ctl(*s, 'uptime', 'x', status=1)
		assert 'cannot connect' in ctl('-s', live.control + '.no', 'uptime', status=2)
		for language in ('C', 'zh_CN.UTF-8'):
			text = ctl('--help', language=language)
			assert all('  ' + name + ' ' in text for name in json.loads(ctl('--json', *s, 'command-list'))['message']['commands'])
		assert 'Arguments' not in text and '命令' in text, text


def http(s, request):
	s.settimeout(20)
	s.sendall(request)
	head, _, body = s.makefile('rb').read().partition(b'\r\n\r\n')
	s.close()
	return head.split(b'\r\n')[0].decode(), body.decode()


def metrics_are_prometheus_text():
	port = socket.socket()
	port.bind(('127.0.0.1', 0))
	place = port.getsockname()
	port.close()
	for listen in ('%s:%d' % place, None):
		with tempfile.TemporaryDirectory() as folder:
			listen = listen or folder + '/metrics.sock'
			with Live(PROGRAM, ['metrics.listen=' + listen]) as live:
				ask = lambda request: http(connect(listen) if listen[0] == '/' else socket.create_connection(place), request)
				live.emit(7)
				live.until(lambda s: s['sinks'][0]['written'] == 7)
				status, text = ask(b'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')
				equal(status, 'HTTP/1.1 200 OK')
				values, types = {}, {}
				for line in text.splitlines():
					if line.startswith('# TYPE '):
						_, _, name, kind = line.split()
						assert name not in types, name
						types[name] = kind
					elif not line.startswith('# HELP '):
						m = re.fullmatch(r'([a-z0-9_]+)(\{[a-z]+="(?:[^"\\]|\\.)*"\})? (\d+)', line)
						assert m and m[1] in types, line
						values[m[1] + (m[2] or '')] = int(m[3])
				assert len(values) > 300, len(values)
				equal(values['hangu_sink_written{sink="eve-log 1 (regular)"}'], 7)
				equal(values['hangu_iface_packets{iface="out0"}'], 11)
				equal((types['hangu_decoder_pkts'], types['hangu_decoder_max_pkt_size']), ('counter', 'gauge'))
				equal(ask(b'GET / HTTP/1.0\r\n\r\n')[0], 'HTTP/1.1 404 Not Found')
				equal(ask(b'POST /metrics HTTP/1.0\r\n\r\n')[0], 'HTTP/1.1 405 Method Not Allowed')
				try:
					equal(ask(b'GET /metrics HTTP/1.0\r\nA: ' + b'x' * 9000), ('', ''))
				except ConnectionError:
					pass


def replaces_only_a_socket_that_nobody_serves():
	with Live(PROGRAM) as live:
		try:
			Live(PROGRAM, folder=live.folder)
			assert False, 'two servers of one socket'
		except RuntimeError as e:
			assert 'another process' in str(e), e
		live.process.kill()
		live.process.wait()
		with Live(PROGRAM, folder=live.folder) as again:
			c = Control(again.control)
			assert c.ok('uptime') >= 0
			c.close()
		assert not os.path.exists(live.control)
		with open(live.control, 'w') as f:
			f.write('precious')
		try:
			Live(PROGRAM, folder=live.folder)
			assert False, 'a file was replaced'
		except RuntimeError as e:
			assert 'no socket' in str(e), e
		live.last = {}


if __name__ == '__main__':
	PROGRAM, HANGU = sys.argv[1:]
	# Where the peer's client is not installed, ours speaks the same framing in every other test.
	peers = (suricatasc_drives_it,) if shutil.which('suricatasc') else ()
	sys.exit(tap.run('control', [(f.__name__.replace('_', ' '), f) for f in (
		greets, refuses_commands_before_the_greeting, answers_commands_of_the_peer, rules_are_measured_when_asked_for, a_reload_answers_when_it_is_done, a_reload_tells_what_it_changed,
		frames_objects_at_any_split, survives_hostile_clients, blocks_by_address_prefix_and_tuple,
		sets_of_values_change_live,
		says_which_workers_do_not_have_all_blocks_yet, refuses_bad_blocks_one_by_one,
		lists_go_on_from_page_to_page, *peers, ctl_drives_it, metrics_are_prometheus_text,
		replaces_only_a_socket_that_nobody_serves)]))
