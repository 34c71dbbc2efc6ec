#!/usr/bin/env python3
"""`hangu run` inline between two hosts in network namespaces: what passes, what is dropped, what is told.

usage: live.py PROGRAM          prints TAP; skipped without root
"""
import contextlib
import hashlib
import os
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import reloads  # noqa: E402
import tap  # noqa: E402
from lab import CLIENT, SERVER, Lab, missing, seized, until  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else ''

RULES = '''
alert http any any -> any any (msg:"seen"; http.uri; content:"/seen"; sid:1;)
drop http any any -> any any (msg:"stopped"; http.uri; content:"/stopped"; sid:2;)
reject http any any -> any any (msg:"rejected"; http.uri; content:"/rejected"; sid:3;)
reject udp any any -> any 9 (msg:"no discarding"; sid:4;)
'''

SERVE = 'import http.server as h\nclass H(h.BaseHTTPRequestHandler):\n' \
	' def do_GET(s):\n  s.send_response(200); s.send_header("Content-Length", "6"); s.end_headers(); s.wfile.write(b"hello\\n")\n' \
	'h.ThreadingHTTPServer(("%s", 80), H).serve_forever()' % SERVER


def fetch(lab, path):
	return lab.on('client', 'curl', '-s', '-m', '3', 'http://%s%s' % (SERVER, path)).stdout


def serve(lab):
	lab.start('server', sys.executable, '-c', SERVE)
	until(lambda: lab.on('server', sys.executable, '-c',
	                     'import socket; socket.create_connection(("%s", 80), 1)' % SERVER).returncode == 0)


def rules_file(folder):
	path = folder + '/live.rules'
	with open(path, 'w') as f:
		f.write(RULES)
	return path


def passes_alerts_and_drops():
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		serve(lab)
		assert fetch(lab, '/before') == '', 'the hosts see each other without hangu'
		with lab.hangu(PROGRAM, '-S', rules_file(folder)) as h:
			assert fetch(lab, '/plain') == 'hello\n', h.said()
			assert fetch(lab, '/seen') == 'hello\n'
			assert fetch(lab, '/stopped') == ''
			assert fetch(lab, '/plain') == 'hello\n', 'other connections pass'
			assert h.stop() == 0, h.said()
			alerts = {e['alert']['signature_id']: e for e in h.events('alert')}
			assert set(alerts) == {1, 2}
			assert alerts[1]['alert']['action'] == 'allowed' and alerts[2]['alert']['action'] == 'blocked'
			assert all(e['src_ip'] == CLIENT and e['in_iface'] == 'b0' for e in alerts.values())
			urls = [e['http']['url'] for e in h.events('http')]
			assert urls.count('/plain') == 2 and '/seen' in urls
			assert h.events('flow'), 'flows end when hangu does'


def a_replacement_arrives():
	"""By TCP of the kernel, which takes nothing with a wrong checksum."""
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		rules = folder + '/replace.rules'
		with open(rules, 'w') as f:
			f.write('alert tcp any any -> any 80 (content:"/changed"; flowbits:set,changed; noalert; sid:1;)\n'
				'alert tcp any 80 -> any any (flowbits:isset,changed; content:"hello"; replace:"howdy"; sid:2;)\n')
		serve(lab)
		with lab.hangu(PROGRAM, '-S', rules) as h:
			assert fetch(lab, '/plain') == 'hello\n', h.said()
			assert fetch(lab, '/changed') == 'howdy\n', h.said()
			assert fetch(lab, '/plain') == 'hello\n', 'other connections are as they were'
			assert h.ask('dump-counters')['ips']['replaced'] == 1


def reaches(lab):
	return lab.on('client', 'ping', '-q', '-c', '1', '-W', '1', SERVER).returncode == 0


def a_reject_answers():
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		serve(lab)
		with lab.hangu(PROGRAM, '-S', rules_file(folder)) as h:
			assert until(lambda: reaches(lab))
			reset = lab.on('client', 'curl', '-s', '-m', '5', 'http://%s/rejected' % SERVER)
			assert reset.returncode == 56, 'the connection is reset, at once: curl says %d' % reset.returncode
			refused = lab.on('client', sys.executable, '-c', 'import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n'
			                 's.settimeout(5)\ns.connect(("%s", 9))\ns.send(b"x")\ns.recv(1)' % SERVER)
			assert 'HostUnreachable' in refused.stderr or 'No route to host' in refused.stderr, refused.stderr
			assert h.stop() == 0
			assert {e['alert']['action'] for e in h.events('alert')} == {'blocked'}
			assert h.events('stats')[-1]['stats']['ips']['rejected'] == 2


# An acknowledgement of a connection that nobody knows; prints the reset that comes back, if one does.
STRAY = '''
import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
s.settimeout(2)
src, dst = socket.inet_aton("%s"), socket.inet_aton("%s")
segment = struct.pack("!HHIIBBHHH", 4000, 80, 7, 9, 5 << 4, 0x10, 1000, 0, 0)
total = sum(struct.unpack("!16H", src + dst + struct.pack("!BBH", 0, 6, 20) + segment))
total = (total & 0xffff) + (total >> 16)
segment = segment[:16] + struct.pack("!H", ~(total + (total >> 16)) & 0xffff) + segment[18:]
s.sendto(segment, ("%s", 0))
try:
    while True:
        ports = struct.unpack("!HHIIBB", s.recv(100)[20:34])
        if ports[:2] == (80, 4000):
            print("reset" if ports[5] & 4 else "answer", ports[2])
            break
except TimeoutError:
    print("nothing")
''' % (CLIENT, SERVER, SERVER)


def an_exception_answers():
	for rate, said, counted in ((1000, 'reset 9', (1, 0)), (0, 'nothing', (0, 1))):
		with Lab() as lab:
			with lab.hangu(PROGRAM, '--set', 'stream.midstream-policy=reject', '--set', 'reject.rate=%d' % rate) as h:
				assert until(lambda: reaches(lab))
				stray = lab.on('client', sys.executable, '-c', STRAY)
				assert stray.stdout.strip() == said, stray
				assert h.stop() == 0
				ips = h.events('stats')[-1]['stats']['ips']
				assert (ips['rejected'], ips['reject_held_back']) == counted, ips
				assert ips['drop_reason']['stream_midstream'] == 1, ips
				drops = [e for e in h.events('drop') if e['proto'] == 'TCP']
				assert [e['drop']['reason'] for e in drops] == ['stream midstream'], drops


def who_is_blocked_is_shut_out():
	with Lab() as lab, lab.hangu(PROGRAM) as h:
		assert until(lambda: reaches(lab))
		assert h.ask('block-add', address=CLIENT, ttl=600, id='d-1')['added'] == 1
		assert not reaches(lab), 'the source is blocked'
		assert h.ask('block-del', address=CLIENT)['deleted'] == 1
		assert until(lambda: reaches(lab))
		assert h.ask('block-add', address='203.0.113.0/24', ttl=1)['added'] == 1
		assert not reaches(lab), 'its network is blocked'
		assert until(lambda: reaches(lab), 5), 'a block ends in time'
		assert until(lambda: h.ask('block-stats')['entries'] == 0, 5)
		stats = h.ask('block-stats')
		assert stats['hits'] >= 2
		assert h.stop() == 0
		drops = [e for e in h.events('drop') if e['drop']['reason'] == 'blocked']
		assert len(drops) == 2, 'the first packet that each entry stops is told'
		assert h.events('stats')[-1]['stats']['ips']['drop_reason']['blocked'] == stats['hits']


def the_list_of_blocks_goes_on_from_page_to_page():
	block = lambda n: {'address': '198.18.%d.%d' % (n // 250, n % 250)}
	with Lab() as lab, lab.hangu(PROGRAM) as h:
		for at in range(0, 2500, 500):
			h.ask('block-add', entries=[block(n) for n in range(at, at + 500)])
		page, got = {'next': 0}, []
		while 'next' in page:
			page = h.ask('block-list', **{'from': page['next']})
			assert page['total'] == 2500 - 10 * (len(got) // 1000), page['total']
			got += [e['address'] for e in page['entries']]
			h.ask('block-del', entries=page['entries'][:10])
		assert got == [block(n)['address'] for n in range(2500)], 'what is gone hides no other'
		assert h.ask('block-list', **{'from': 2495, 'offset': 1, 'count': 2}) == dict(
			page, total=2470, generation=2530, entries=[dict(block(n), hits=0) for n in (2496, 2497)], next=2498)
		assert 'next' not in h.ask('block-list', offset=1470) and h.ask('block-list', offset=1469)['next'] == 2499
		assert h.stop() == 0


def a_flow_is_whole_with_several_workers():
	with Lab() as lab:
		others = ['203.0.113.%d' % i for i in range(101, 113)]
		for a in others:
			lab.on('client', 'ip', 'addr', 'add', a + '/32', 'dev', 'c0')
			lab.on('server', 'ip', 'route', 'add', a + '/32', 'dev', 's0')
		serve(lab)
		with lab.hangu(PROGRAM, '--workers', '3') as h:
			assert until(lambda: reaches(lab))
			for a in others:
				for _ in range(3):
					assert lab.on('client', 'curl', '-s', '-m', '5', '--interface', a, 'http://%s/' % SERVER).stdout == 'hello\n'
			assert h.ask('iface-stat', iface='b0')['drop'] == 0
			assert h.stop() == 0
			flows = [e for e in h.events('flow') if e['proto'] == 'TCP' and e['src_ip'] in others]
			assert len(flows) == 3 * len(others), len(flows)
			assert all(e['tcp']['state'] == 'closed' and e['flow']['pkts_toclient'] > 3 for e in flows)
			assert len([e for e in h.events('http') if e['http'].get('status') == 200]) == 3 * len(others)


def a_worker_that_stands_still_is_seen():
	with Lab() as lab:
		with lab.hangu(PROGRAM, '--set', 'engine.watchdog=1') as h:
			with seized(h.process.pid, 'worker-0'):
				assert until(lambda: 'worker 0 has stood still for 1 s' in h.said(), 5), h.said()
			assert until(lambda: 'worker 0 goes on' in h.said(), 5), h.said()
			assert until(lambda: reaches(lab))
			assert h.stop() == 0
		with lab.hangu(PROGRAM, '--set', 'engine.watchdog=1', '--set', 'engine.watchdog-action=exit') as h:
			with seized(h.process.pid, 'worker-0'):
				assert until(lambda: 'worker 0 has stood still' in h.said(), 5), h.said()
			assert h.process.wait(10) == 3, 'it ends, to be started anew'


class Half:
	"""A request that is sent in two parts, with whatever happens between them."""

	CODE = 'import socket, sys\ns = socket.create_connection(("%s", 80), 5)\ns.send(sys.argv[1].encode())\nprint(flush=True)\n' \
		'sys.stdin.readline()\ns.send(sys.argv[2].encode())\nprint(s.recv(99).split(b"\\r")[0].decode(), flush=True)\n' % SERVER

	def __init__(self, lab, first, second):
		self.process = subprocess.Popen(['ip', 'netns', 'exec', lab.names['client'], sys.executable, '-c', self.CODE, first, second],
		                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
		assert self.process.stdout.readline() == '\n', 'the first part is not sent'

	def answer(self):
		return self.process.communicate('\n', timeout=20)[0].strip()


PASSES, WITHIN = 'pass uninspected from now on', "stands still within a device's driver"


def standing_still(h, name, act):
	"""Does it while a worker stands still away from its port, which is where a thread that is stopped mostly is."""
	for _ in range(20):
		begun, refused = h.said().count(PASSES), h.said().count(WITHIN)
		with seized(h.process.pid, name):
			assert until(lambda: h.said().count(PASSES) > begun or h.said().count(WITHIN) > refused, 15), h.said()
			if h.said().count(PASSES) > begun:
				act()
				return
	raise AssertionError('it was within the driver each time')


def frames_of_a_worker_that_stands_still_pass():
	forward = ('--set', 'engine.watchdog=1', '--set', 'engine.watchdog-action=forward')
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		serve(lab)
		rules = rules_file(folder)
		with lab.hangu(PROGRAM, '-S', rules, '--set', 'engine.watchdog=1') as h:
			assert fetch(lab, '/stopped') == ''
			with seized(h.process.pid, 'worker-0'):
				assert until(lambda: 'worker 0 has stood still' in h.said(), 5), h.said()
				assert not reaches(lab), 'report: they wait'
			assert until(lambda: reaches(lab)) and h.ask('dump-counters')['engine']['stalls'] == 1
			assert h.ask('dump-counters')['engine']['uninspected'] == 0 and h.stop() == 0
		with lab.hangu(PROGRAM, '-S', rules, *forward) as h:
			assert fetch(lab, '/stopped') == ''
			half = Half(lab, 'GET /se', 'en HTTP/1.0\r\n\r\n')
			assert until(lambda: h.ask('dump-counters')['app_layer']['flow']['http'] == 2)

			def all_passes():
				assert fetch(lab, '/stopped') == 'hello\n', 'nobody looks'
				assert h.ask('dump-counters')['engine']['uninspected'] > 5
			standing_still(h, 'worker-0', all_passes)
			assert until(lambda: 'frames of worker 0 are inspected again' in h.said(), 5), h.said()
			passed = h.ask('dump-counters')['engine']['uninspected']
			assert until(lambda: reaches(lab)) and fetch(lab, '/stopped') == '', 'it looks again'
			assert fetch(lab, '/seen') == 'hello\n'
			assert half.answer().startswith('HTTP/1.'), 'connections that were there go on'
			assert h.ask('dump-counters')['engine']['uninspected'] == passed
			assert h.stop() == 0
			told = [e['alert']['signature_id'] for e in h.events('alert')]
			assert told == [2, 2, 1, 1], told


def other_workers_go_on_meanwhile():
	"""What the queue of the one that stands still receives for others is handed to them."""
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		others = ['203.0.113.%d' % i for i in range(101, 117)]
		for a in others:
			lab.on('client', 'ip', 'addr', 'add', a + '/32', 'dev', 'c0')
			lab.on('server', 'ip', 'route', 'add', a + '/32', 'dev', 's0')
		serve(lab)
		get = lambda a, path: lab.on('client', 'curl', '-s', '-m', '2', '--interface', a, 'http://%s%s' % (SERVER, path)).stdout
		with lab.hangu(PROGRAM, '-S', rules_file(folder), '--workers', '2', '--set', 'engine.watchdog=1',
		               '--set', 'engine.watchdog-action=forward') as h:
			assert until(lambda: reaches(lab))
			free = []

			def some_are_inspected():
				free.extend(a for a in others if get(a, '/stopped') == 'hello\n')
				for a in others:
					assert get(a, '/seen') == 'hello\n', a
			standing_still(h, 'worker-1', some_are_inspected)
			assert 0 < len(free) < len(others), 'each worker has some of %d, not one all: %s' % (len(others), free)
			seen = lambda: {e['src_ip'] for e in h.events('alert') if e['alert']['signature_id'] == 1}
			assert until(lambda: seen() == set(others) - set(free)), (seen(), free)
			assert until(lambda: 'frames of worker 1 are inspected again' in h.said(), 5), h.said()
			for a in others:
				assert get(a, '/stopped') == '', a
			assert h.stop() == 0


def cpus_of_threads(pid):
	"""Which CPUs each thread may use, by its name; of several alike all that any may."""
	found = {}
	for task in os.listdir('/proc/%d/task' % pid):
		with contextlib.suppress(FileNotFoundError), open('/proc/%d/task/%s/status' % (pid, task), encoding='utf-8') as f:
			lines = dict(line.rstrip('\n').split(':\t', 1) for line in f if ':\t' in line)
			found.setdefault(lines['Name'], set()).add(lines['Cpus_allowed_list'])
	return found


def workers_stay_on_their_cpus():
	mine = sorted(os.sched_getaffinity(0))
	if len(mine) < 2:
		return 'skip: one CPU'
	first, last = str(mine[0]), str(mine[-1])
	sets = ('--set', 'threading.set-cpu-affinity=yes', '--set', 'threading.cpu-affinity.worker-cpu-set.cpu=' + last,
	        '--set', 'threading.cpu-affinity.management-cpu-set.cpu=' + first)
	with Lab() as lab:
		with lab.hangu(PROGRAM, *sets) as h:
			assert until(lambda: reaches(lab)), h.said()
			threads = cpus_of_threads(h.process.pid)
			assert threads.pop('worker-0') == {last}, threads
			assert 'worker-1' not in threads, 'there is one CPU for workers'
			assert set().union(*threads.values()) == {first}, threads
			assert h.stop() == 0
		with lab.hangu(PROGRAM, '--set', 'threading.set-cpu-affinity=no', '--workers', '2') as h:
			assert until(lambda: reaches(lab)), h.said()
			assert len(set().union(*cpus_of_threads(h.process.pid).values())) == 1, 'no thread is bound'
			assert h.stop() == 0
		with lab.hangu(PROGRAM, *sets[:2], '--set', 'threading.cpu-affinity.worker-cpu-set.cpu=1000') as h:
			assert h.process.wait(10) == 3 and 'worker-cpu-set names CPU 1000; this machine has 0 to' in h.said(), h.said()
	return None


# Numbers, evenly, so that no queue of the laboratory is ever full; the receiver writes down what came, in its order.
COUNT, PORT = 3000, 7777
NUMBERS = 'import socket, time\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n' \
	'for i in range(%d):\n s.sendto(b"%%d" %% i, ("%s", %d)); time.sleep(0.0005)\n' % (COUNT, SERVER, PORT)
RECEIVE = 'import socket, sys\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)\n' \
	's.bind(("%s", %d)); s.settimeout(20)\nout = open(sys.argv[1], "w", buffering=1); out.write("ready\\n")\n' \
	'while True:\n out.write(s.recv(99).decode() + "\\n")\n' % (SERVER, PORT)


def new_threads_take_over():
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		serve(lab)
		received = folder + '/received'
		with lab.hangu(PROGRAM, '-S', rules_file(folder), '--set', 'threading.set-cpu-affinity=yes', '--workers', '2') as h:
			assert until(lambda: reaches(lab))
			half = Half(lab, 'GET /se', 'en HTTP/1.0\r\n\r\n')
			assert until(lambda: h.ask('dump-counters')['app_layer']['flow']['http'] == 1)
			lab.start('server', sys.executable, '-c', RECEIVE, received)
			assert until(lambda: os.path.exists(received) and os.path.getsize(received) > 0)
			sender = lab.start('client', sys.executable, '-c', NUMBERS)
			threads, many = cpus_of_threads(h.process.pid), len(os.listdir('/proc/%d/task' % h.process.pid))
			for i in range(20):
				assert h.ask('worker-restart', **({} if i % 2 else {'worker': i // 2 % 2}))['restarted'] == 1 + i % 2
			assert sender.poll() is None, 'all of it while frames pass'
			assert sender.wait(60) == 0
			numbers = lambda: open(received, encoding='utf-8').read().splitlines()[1:]
			assert until(lambda: len(numbers()) == COUNT), len(numbers())
			assert numbers() == [str(i) for i in range(COUNT)], 'in order'
			assert not [e for e in h.events('flow') if e['proto'] == 'TCP'], 'no flow ends'
			assert half.answer().startswith('HTTP/1.') and half.process.returncode == 0
			assert until(lambda: cpus_of_threads(h.process.pid) == threads), 'they stay where those before were'
			tasks = '/proc/%d/task' % h.process.pid
			assert until(lambda: len(os.listdir(tasks)) == many), 'those before are gone'
			assert h.ask('dump-counters')['engine']['restarts'] == 30
			assert fetch(lab, '/stopped') == '', 'new threads have the same rules'
			try:
				h.ask('worker-restart', worker=2)
			except AssertionError as e:
				assert 'there is no worker 2; the last one is 1' in str(e), e
			else:
				raise AssertionError('there is no such worker')
			with seized(h.process.pid, 'worker-1'):
				for said in ('worker 1 does not end its round', 'worker 1 has not begun anew'):
					try:
						h.ask('worker-restart', worker=1)
					except AssertionError as e:
						assert said in str(e), e
					else:
						raise AssertionError('it cannot be waited for')
			assert until(lambda: h.ask('dump-counters')['engine']['restarts'] == 31), 'it takes over when it can'
			assert h.stop() == 0
			alerts = [e for e in h.events('alert') if e['alert']['signature_id'] == 1]
			assert len(alerts) == 1 and alerts[0]['http']['url'] == '/seen', 'what came in two parts is seen as one'
			assert h.events('stats')[-1]['stats']['output']['lost'] == 0


FLOOD = 'import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nfor i in range(%%d):\n s.sendto(b"x", ("%s", 9))\n' % SERVER


def what_finds_no_room_is_counted():
	"""The ring of a kernel's interface has 4,096 frames of the usual size."""
	sent = 6000
	with Lab() as lab, lab.hangu(PROGRAM) as h:
		assert until(lambda: reaches(lab)), h.said()
		before = h.ask('iface-stat', iface='b0')
		with seized(h.process.pid, 'worker-0'):
			lab.on('client', sys.executable, '-c', FLOOD % sent)
		seen = lambda: {k: v - before[k] for k, v in h.ask('iface-stat', iface='b0').items() if k in ('pkts', 'drop')}
		assert until(lambda: seen()['pkts'] + seen()['drop'] >= sent), seen()
		assert seen()['drop'] > 0 and seen()['pkts'] + seen()['drop'] < sent + 10, seen()
		assert h.ask('dump-counters')['capture']['dpdk']['imissed'] >= seen()['drop']
		assert h.stop() == 0


def an_attacker_is_shut_out_by_linkd():
	linkd = os.path.join(os.path.dirname(PROGRAM), 'hangu-linkd')
	other = '203.0.113.66'
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		lab.on('client', 'ip', 'addr', 'add', other + '/32', 'dev', 'c0')
		lab.on('server', 'ip', 'route', 'add', other + '/32', 'dev', 's0')
		serve(lab)
		with lab.hangu(PROGRAM, '-S', rules_file(folder)) as h:
			config = lab.linkage(h.folder, 'test-addresses: yes', 'rules: [ {name: seen, sids: [ 1 ], ttl: 5s} ]', firewall=False)
			with subprocess.Popen([linkd, 'run', '-c', config], stderr=subprocess.DEVNULL) as daemon:
				try:
					assert until(lambda: os.path.exists(h.folder + '/linkd.sock'))
					assert until(lambda: reaches(lab))
					fetch_from = lambda who, path: lab.on('client', 'curl', '-s', '-m', '2', '--interface', who,
					                                      'http://%s%s' % (SERVER, path)).stdout
					# linkd may still be on its way to the events when the first attack comes.
					attacked = lambda: fetch_from(other, '/seen') is not None and h.ask('block-stats')['entries'] == 1
					assert until(attacked)
					assert fetch_from(other, '/plain') == '', 'the attacker is shut out'
					assert fetch_from(CLIENT, '/plain') == 'hello\n', 'others are not'
					assert until(lambda: fetch_from(other, '/plain') == 'hello\n', 15), 'for a time'
				finally:
					daemon.terminate()


def carrier(lab, who, link):
	return 'LOWER_UP' in lab.on(who, 'ip', 'link', 'show', link).stdout


def a_lost_link_is_seen_on_the_other_side():
	with Lab() as lab, lab.hangu(PROGRAM) as h:
		assert until(lambda: reaches(lab))
		lab.on('server', 'ip', 'link', 'set', 's0', 'down')
		assert until(lambda: not carrier(lab, 'client', 'c0'), 5), 'the client sees that the line is dead'
		lab.on('server', 'ip', 'link', 'set', 's0', 'up')
		assert until(lambda: carrier(lab, 'client', 'c0'), 5)
		lab.on('server', 'ip', 'route', 'add', '203.0.113.5/32', 'dev', 's0')
		assert until(lambda: reaches(lab)), 'and all goes on'
		lab.on('server', 'ip', 'link', 'set', 's0', 'down')
		assert until(lambda: not carrier(lab, 'client', 'c0'), 5)
		assert h.stop() == 0
		assert until(lambda: carrier(lab, 'client', 'c0'), 5), 'hangu leaves no link held down'


def lists_of_files_are_read_anew():
	def said():
		return [[k['label'] for k in e['fileinfo'].get('known', [])] for e in h.events('fileinfo')]

	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		path = os.path.join(folder, 'list')
		write_list(path, '%s first' % hashlib.md5(b'hello\n').hexdigest())
		serve(lab)
		with lab.hangu(PROGRAM, '--set', 'file-lists.m.type=md5', '--set', 'file-lists.m.load=' + path) as h:
			assert fetch(lab, '/one') == 'hello\n'
			assert until(lambda: said() == [['first']]), said()
			write_list(path, 'nonsense')
			refused(h, 'list:1: a line of file-lists.m begins with a digest of md5')
			assert fetch(lab, '/two') == 'hello\n'
			assert until(lambda: said() == [['first'], ['first']]), said()
			write_list(path, '%s second' % hashlib.md5(b'hello\n').hexdigest())
			h.ask('ruleset-reload-rules')
			assert fetch(lab, '/three') == 'hello\n'
			assert until(lambda: said() == [['first'], ['first'], ['second']]), said()
			assert h.stop() == 0
			assert h.events('stats')[-1]['stats']['file_lists'] == {'bad': 3, 'good': 0}
			assert [e['http']['url'] for e in h.events('alert') if e['alert']['signature_id'] == 100] == ['/one', '/two', '/three']


FTPD = 'import socketserver as s\nclass H(s.StreamRequestHandler):\n def handle(self):\n  self.wfile.write(b"220 x\\r\\n")\n' \
	'  for line in self.rfile: self.wfile.write(b"331 p\\r\\n" if line[:4] == b"USER" else b"230 in\\r\\n")\n' \
	's.TCPServer.allow_reuse_address = True\ns.TCPServer(("%s", 21), H).serve_forever()' % SERVER
LOGIN = 'import socket\nf = socket.create_connection(("%s", 21), 5).makefile("rwb", 0)\nf.readline()\n' \
	'for line in (b"USER anna", b"PASS x"): f.write(line + b"\\r\\n"); f.readline()' % SERVER


def who_has_logged_in_is_named_on_other_connections():
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		serve(lab)
		lab.start('server', sys.executable, '-c', FTPD)
		with lab.hangu(PROGRAM, '-S', rules_file(folder), '--workers', '2') as h:
			assert fetch(lab, '/seen') == 'hello\n'
			assert until(lambda: lab.on('client', sys.executable, '-c', LOGIN).returncode == 0)
			assert until(lambda: h.events('login'))
			assert fetch(lab, '/seen') == 'hello\n'
			assert until(lambda: len(h.events('alert')) == 2)
			assert h.stop() == 0
			users = [e.get('src_user') for e in h.events('alert')]
			assert users[0] is None and (users[1]['name'], users[1]['source']) == ('anna', 'ftp'), users
			assert h.events('stats')[-1]['stats']['identity']['learnt'] >= 1


def write_list(path, line):
	with open(path, 'w', encoding='ascii') as f:
		f.write(line + '\n')


NO_SEAT = ''.join('alert http any any -> any any (http.uri; pcrexform:"(a%d)"; content:"a"; sid:%d;)\n' % (i, i)
                  for i in range(1, 600))


def refused(h, why):
	try:
		h.ask('ruleset-reload-rules')
	except AssertionError as e:
		assert why in str(e), e
	else:
		raise AssertionError('rules are refused')


def rules_are_exchanged_while_packets_pass():
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		serve(lab)
		rules = rules_file(folder)
		with lab.hangu(PROGRAM, '-S', rules, '--workers', '2') as h:
			assert fetch(lab, '/stopped') == ''
			with open(rules, 'w') as f:
				f.write(NO_SEAT)
			refused(h, 'more than 512 buffers of one protocol and direction')
			assert fetch(lab, '/stopped') == '', 'the rules stay as they were'
			with open(rules, 'w') as f:
				f.write(RULES.replace('drop', 'alert').replace('"/seen"', '"/other"') + 'alert nonsense\n')
			h.ask('ruleset-reload-rules')
			assert h.ask('ruleset-stats')[0]['rules_loaded'] == 4
			assert h.ask('ruleset-failed-rules')[0]['line'] == 6
			assert fetch(lab, '/stopped') == 'hello\n'
			assert fetch(lab, '/other') == 'hello\n'
			os.unlink(rules)
			refused(h, 'live.rules')
			assert fetch(lab, '/other') == 'hello\n'
			assert h.stop() == 0
			told = [e['alert']['signature_id'] for e in h.events('alert')]
			assert told == [2, 2, 2, 1, 1], told


def rules_exchanged_again_and_again_lose_nothing():
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		path = folder + '/small.rules'
		reloads.write(path, 0)
		with lab.hangu(PROGRAM, '-S', path, '--workers', '2') as h:
			got = reloads.run(lab, h, path, 6, 0.2)
			assert '3 rules loaded, 0 refused; 1 added, 2 removed, 1 changed; in ' in h.said(), h.said()
		assert got['reloads'] > 5 and got['sent'] > 100 and got['markers'] > 20, got
		assert not (got['lost there'] or got['lost back'] or got['drops'] or got['failed'] or got['missing'] or got['doubled']), got


def a_worker_that_stands_still_keeps_its_rules():
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		serve(lab)
		rules = rules_file(folder)
		with lab.hangu(PROGRAM, '-S', rules) as h:
			assert fetch(lab, '/plain') == 'hello\n', h.said()
			with open(rules, 'w') as f:
				f.write(RULES.replace('"/seen"', '"/other"'))
			with seized(h.process.pid, 'worker-0'):
				h.ask('ruleset-reload-nonblocking')
				time.sleep(1)
				assert 'rules loaded' not in h.said(), 'the new rules wait for the worker'
			assert until(lambda: '4 rules loaded, 0 refused' in h.said()), h.said()
			assert fetch(lab, '/other') == 'hello\n' and fetch(lab, '/seen') == 'hello\n'
			assert h.stop() == 0, h.said()
			assert [e['http']['url'] for e in h.events('alert')] == ['/other']


SCAN = 'import socket\nfor port in range(1000, 1040):\n s = socket.socket(); s.settimeout(1)\n s.connect_ex(("%s", port)); s.close()\n' % SERVER


def a_scan_is_told():
	"""By two workers, of which each sees a part of it."""
	with Lab() as lab:
		serve(lab)
		with lab.hangu(PROGRAM, '--workers', '2') as h:
			assert fetch(lab, '/plain') == 'hello\n', h.said()
			lab.on('client', sys.executable, '-c', SCAN)
			assert until(lambda: h.events('detection')), 'while it runs'
			assert h.stop() == 0
			alerts = [e for e in h.events('alert') if e['alert']['gid'] == 200]
			assert [(e['alert']['signature_id'], e['src_ip'], e['dest_ip']) for e in alerts] == [(1, CLIENT, SERVER)], alerts
			told = [e['detection'] for e in h.events('detection')]
			assert [d['state'] for d in told] == ['start', 'end'] and told[0]['id'] == told[1]['id'], told
			assert told[1]['measured']['refused'] == 40, told
			assert told[1]['two_way'], 'the page was fetched from the same host'
			assert h.events('stats')[-1]['stats']['anomaly']['detections'] == 1


def bad_use_is_explained():
	for words, expected in ((['-i', 'nosuch0'], "there is no network interface 'nosuch0'"),
	                        ([], 'no interface to listen on'),
	                        (['--inline', 'b0'], '--inline takes the names of two interfaces'),
	                        (['--set', 'dpdk.interfaces.0.interfce=x'], "did you mean 'interface'?")):
		r = subprocess.run([PROGRAM, 'run', *words], capture_output=True, text=True)
		assert r.returncode in (1, 3) and expected in r.stderr, (words, r.returncode, r.stderr)


def needing_root(case):
	return lambda: 'skip: ' + missing() if missing() else case()


if __name__ == '__main__':
	if not os.path.exists(PROGRAM):
		sys.exit(__doc__)
	sys.exit(tap.run('live', [
		('plain traffic passes, alerts are told, drops are dropped', needing_root(passes_alerts_and_drops)),
		('other bytes that a rule names arrive, with right checksums', needing_root(a_replacement_arrives)),
		('a reject answers the sender', needing_root(a_reject_answers)),
		('an exception policy that rejects answers the sender, as often as reject.rate lets it', needing_root(an_exception_answers)),
		('who is blocked is shut out, at once and for a time', needing_root(who_is_blocked_is_shut_out)),
		('the list of blocks goes on from page to page', needing_root(the_list_of_blocks_goes_on_from_page_to_page)),
		('a flow is whole with several workers', needing_root(a_flow_is_whole_with_several_workers)),
		('an attacker is shut out by linkd, others are not', needing_root(an_attacker_is_shut_out_by_linkd)),
		('what finds no room in the ring of a device is counted', needing_root(what_finds_no_room_is_counted)),
		('a worker that stands still is seen', needing_root(a_worker_that_stands_still_is_seen)),
		('frames of a worker that stands still pass, if they shall', needing_root(frames_of_a_worker_that_stands_still_pass)),
		('other workers go on meanwhile', needing_root(other_workers_go_on_meanwhile)),
		('workers stay on their CPUs, all other threads on theirs', needing_root(workers_stay_on_their_cpus)),
		('new threads take over from workers, nothing is lost', needing_root(new_threads_take_over)),
		('a lost link is seen on the other side', needing_root(a_lost_link_is_seen_on_the_other_side)),
		('rules are exchanged while packets pass, a bad set is not taken', needing_root(rules_are_exchanged_while_packets_pass)),
		('lists of files are read anew with the rules, a broken one is not taken', needing_root(lists_of_files_are_read_anew)),
		('who has logged in is named on other connections', needing_root(who_has_logged_in_is_named_on_other_connections)),
		('rules exchanged again and again lose nothing', needing_root(rules_exchanged_again_and_again_lose_nothing)),
		('a worker that stands still keeps its rules until it goes on', needing_root(a_worker_that_stands_still_keeps_its_rules)),
		('a scan is told while it runs, whoever of the workers saw it', needing_root(a_scan_is_told)),
		('bad use is one sentence with the way out', bad_use_is_explained),
	]))
