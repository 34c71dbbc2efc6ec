#!/usr/bin/env python3
"""hangu inline and hangu-linkd under attack, killed at random moments: is what should be blocked what is blocked, on both planes?

usage: kills.py BUILD [N] [--seed N] [--keep DIR]          as root; 100 kills, about four minutes

Sources without end attack, each from an address of its own, and go on while they get answers; one rule blocks for an hour, another for
eight seconds; an operator adds and deletes meanwhile, and pages and datagrams pass. N times at a random moment the engine, hangu-linkd or both
are killed (-9), and started again a moment later. Then the attackers all come once more, so that an alert which died with the
engine is none that is lost; those of the short rule do not, and their time runs out. Compared, when nothing waits any more:

	desired       `hangu-linkd ctl list`; has every source that got an answer to an attack, every address that the operator was told is in
	engine        `block-list` of the control socket, the entries of hangu-linkd
	nftables      `nft -j list ruleset` in the namespace of the server
	times         a plane keeps an entry longer than its lease (docs/linkage.md). As the kills left them: from the lease's end to a quarter
	              of what was granted behind it. After one more death of both, behind which both planes are told anew: what is left of
	              the lease and a quarter, within 2 s
	records       block.json: numbers from 1 without a gap; each decision `requested` once; `enforced` at most once for each
	              decision and target, and once for those that live; the journal's chain

Exit status 1: something differs.
"""
import argparse
import collections
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'system'))
from lab import SERVER, Lab, until  # noqa: E402
from soak import NGINX, Part  # noqa: E402

RULES = '''
alert http any any -> any any (msg:"long"; flow:established,to_server; http.uri; content:"/long"; sid:1;)
alert http any any -> any any (msg:"short"; flow:established,to_server; http.uri; content:"/short"; sid:2;)
'''
POLICY = ('budgets: {sid: 0, neighbours: 0, minute: 0, hour: 0}', 'rules:', '  - {name: long, sids: [ 1 ], ttl: 1h, escalate: no}',
          '  - {name: short, sids: [ 2 ], ttl: 8s, escalate: no}')
SOURCES, SHORT = 1500, 300
RATE = 40  # attempts a second
TARGETS = ('engine', 'nftables')


def address(i):
	return '10.66.%d.%d' % (i // 250, i % 250 + 1)


ATTACK = '''
import asyncio, json, random, sys
sys.path.insert(0, %(here)r)
from kills import RATE, SHORT, SOURCES, address
SERVER = %(server)r
answered, running = set(), set()

async def attack(i):
	"""True: it was answered, so the request has been seen."""
	try:
		reader, writer = await asyncio.wait_for(asyncio.open_connection(SERVER, 80, local_addr=(address(i), 0)), 1)
		writer.write(b'GET /%%s HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' %% (b'short' if i < SHORT else b'long'))
		got = await asyncio.wait_for(reader.read(100), 1)
		writer.close()
		return got != b''
	except (OSError, asyncio.TimeoutError):
		return False

async def one(i):
	running.add(i)
	if await attack(i):
		answered.add(i)
	running.discard(i)

async def come_once_more():
	"""All that got an answer before, until none does."""
	for turn in range(5):
		before = [i for i in sorted(answered) if i >= SHORT]
		got = []
		for begin in range(0, len(before), 100):
			got += await asyncio.gather(*map(attack, before[begin:begin + 100]))
		print(json.dumps({'turn': turn, 'sources': len(before), 'still': sum(got)}), file=sys.stderr)
		if not any(got):
			return
		await asyncio.sleep(1)

async def main():
	loop, over = asyncio.get_running_loop(), asyncio.Event()
	loop.add_reader(sys.stdin, over.set)
	while not over.is_set():
		i = random.choice((random.randrange(SHORT), random.randrange(SHORT, SOURCES)))
		if i not in running:
			asyncio.ensure_future(one(i))
		await asyncio.sleep(1 / RATE)
	loop.remove_reader(sys.stdin)
	await asyncio.sleep(2.5)
	await come_once_more()
	print(json.dumps({'answered': sorted(answered)}))

asyncio.run(main())
'''


class Scene:
	"""Both programs, to be killed and started."""

	def __init__(self, lab, build, folder):
		self.lab, self.build, self.folder = lab, build, folder
		self.engine = self.linkd = None
		self.deaths = collections.Counter()
		self.promised = set()
		self.log = open(folder + '/linkd.stderr', 'ab')

	def start_engine(self):
		self.engine = self.lab.start_hangu(self.build + '/hangu', self.folder, '-S', self.folder + '/kills.rules')

	def start_linkd(self):
		self.linkd = subprocess.Popen([self.build + '/hangu-linkd', 'run', '-c', self.folder + '/linkd.yaml'], stderr=self.log)

	def kill(self, who):
		for one in ('engine', 'linkd') if who == 'both' else (who,):
			process = self.engine.process if one == 'engine' else self.linkd
			if process.poll() is not None:
				raise RuntimeError('%s died by itself: %d' % (one, process.returncode))
			process.kill()
			process.wait()
		self.deaths[who] += 1

	def start(self, who):
		if who != 'engine':
			self.start_linkd()
		if who != 'linkd':
			self.start_engine()

	def ctl(self, *words):
		return subprocess.run([self.build + '/hangu-linkd', 'ctl', '-s', self.folder + '/linkd.sock', *words], capture_output=True, text=True,
		                      timeout=60, env=dict(os.environ, LC_ALL='C'))

	def order(self, i):
		"""The operator's: what a good answer says holds."""
		name = '10.68.%d.%d' % (i // 250, i % 250 + 1)
		if self.ctl('add', name, '--ttl', '2h').returncode == 0:
			self.promised.add(name)
		if i % 3 == 2 and self.promised:
			name = random.choice(sorted(self.promised))
			# With a bad answer it may be there or not.
			self.promised.discard(name)
			self.ctl('del', name)

	def desired(self):
		return {row['address']: row for row in map(json.loads, self.ctl('list', '--json').stdout.splitlines())}

	def engine_entries(self):
		"""Address -> entries of ours."""
		found, offset = collections.defaultdict(list), 0
		while True:
			page = self.engine.ask('block-list', offset=offset, count=1000)
			for e in page['entries']:
				if e.get('id', '').startswith('hl'):
					found[e['address']].append((e['id'], e['ttl']))
			offset += len(page['entries'])
			if not page['entries']:
				return found

	def nft_entries(self):
		"""Address -> elements of any set."""
		found = collections.defaultdict(list)
		listing = json.loads(self.lab.on('server', 'nft', '-j', 'list', 'ruleset').stdout)['nftables']
		for row in listing:
			for e in row.get('set', {}).get('elem', []):
				e = e['elem'] if isinstance(e, dict) and 'elem' in e else {'val': e}
				key = e['val'] if isinstance(e['val'], str) else '%s/%d' % (e['val']['prefix']['addr'], e['val']['prefix']['len'])
				found[key].append((e.get('comment', ''), e.get('expires')))
		return found

	def settled(self):
		got = self.ctl('stats', '--json')
		return got.returncode == 0 and all(t['up'] and t['waiting'] == 0 for t in json.loads(got.stdout)['targets'])

	def settle(self):
		"""Nothing waits, twice with the plane's own checks (one a second) between."""
		for _ in range(2):
			if not until(self.settled, 60, 0.1):
				raise RuntimeError('the planes do not settle: ' + self.ctl('stats').stdout)
			time.sleep(3)

	def records(self):
		with open(self.folder + '/block.json', encoding='utf-8') as f:
			return [json.loads(line)['block'] for line in f]


def seconds(row):
	"""Left of the lease that ends last, and granted at most."""
	when = lambda text: datetime.strptime(text, '%Y-%m-%dT%H:%M:%S.%f%z').timestamp()
	return max(l['ttl'] for l in row['leases']), max(when(l['expires']) - when(l['granted']) for l in row['leases'])


def compare(scene, name, entries, exact, since):
	"""Rows of the table for one plane: what, value, good."""
	wanted = scene.desired()
	ids = {a: {l['id'] for l in row['leases']} for a, row in wanted.items()}
	off = []
	for a, row in wanted.items():
		left, granted = seconds(row)
		least = left + (max(left / 4, 10) if exact else 0)
		most = left + max((left if exact else granted) / 4, 10)
		for _, ttl in entries.get(a, []):
			if ttl is None or not least - 2 <= ttl <= most + 2 + since / 4:
				off.append((a, left, ttl))
	return [
		(name + ': lost', sorted(set(wanted) - set(entries))[:10], set(wanted) <= set(entries)),
		(name + ': blocked without a lease', sorted(set(entries) - set(wanted))[:10], set(entries) <= set(wanted)),
		(name + ': doubled', [a for a, rows in entries.items() if len(rows) > 1][:10], all(len(rows) == 1 for rows in entries.values())),
		(name + ': of another decision', [a for a in wanted if any(i not in ids[a] for i, _ in entries.get(a, []))][:10],
		 all(i in ids[a] for a in wanted for i, _ in entries.get(a, []))),
		(name + ': times off (address, lease, plane)', off[:5], not off)]


def records_rows(scene):
	rows = scene.records()
	numbers = [r['seq'] for r in rows]
	requested = collections.Counter(r['id'] for r in rows if r['action'] == 'requested')
	enforced = collections.Counter((r['id'], r['target']) for r in rows if r['action'] == 'enforced')
	live = {max(row['leases'], key=lambda l: l['ttl'])['id'] for row in scene.desired().values()}
	without = sorted((i, t) for i in live for t in TARGETS if (i, t) not in enforced)
	twice = [k for k, n in enforced.items() if n > 1]
	check = subprocess.run([scene.build + '/hangu-linkd', 'check', '-c', scene.folder + '/linkd.yaml'], capture_output=True, text=True,
	                       env=dict(os.environ, LC_ALL='C'))
	return [
		('records', dict(collections.Counter(r['action'] for r in rows)), None),
		('records: numbers 1 to n', len(numbers), numbers == list(range(1, len(numbers) + 1))),
		('records: decisions requested not once', [i for i, n in requested.items() if n != 1][:5] + sorted(live - set(requested))[:5],
		 all(n == 1 for n in requested.values()) and live <= set(requested)),
		('records: live ones without enforced', '%d %s' % (len(without), without[:3]), not without),
		('records: enforced twice', '%d %s' % (len(twice), twice[:3]), not twice),
		('journal', check.stdout.splitlines()[-1:], check.returncode == 0 and 'each follows' in check.stdout)]


def prepare(lab, folder):
	for name, text in (('nginx.conf', NGINX % {'folder': folder}), ('page', 'hangu ' * 700), ('long', 'x'), ('short', 'x'), ('kills.rules', RULES)):
		with open('%s/%s' % (folder, name), 'w', encoding='utf-8') as f:
			f.write(text)
	lab.linkage(folder, *POLICY)
	os.chmod(folder, 0o755)
	lines = ''.join('addr add %s/32 dev c0\n' % address(i) for i in range(SOURCES))
	lab.on('client', 'ip', '-batch', '-', input=lines)
	lab.on('server', 'ip', 'route', 'add', '10.66.0.0/16', 'dev', 's0')
	lab.start('server', 'nginx', '-c', folder + '/nginx.conf')


def storm(scene, n):
	"""N deaths; what the attackers say at the end."""
	parts = [Part(scene.lab, 'server', 'echo')]
	parts[0].spoke.wait(30)
	parts += [Part(scene.lab, 'client', 'udp', 200), Part(scene.lab, 'client', 'pages', 20)]
	attackers = subprocess.Popen(['ip', 'netns', 'exec', scene.lab.names['client'], sys.executable, '-c', ATTACK % {'here': HERE, 'server': SERVER}],
	                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
	for i in range(n):
		time.sleep(random.uniform(0.1, 2.5))
		scene.order(i)
		time.sleep(random.uniform(0, 0.3))
		who = random.choice(('engine', 'linkd', 'both'))
		scene.kill(who)
		time.sleep(random.uniform(0, 0.3))
		scene.start(who)
		if i % 20 == 19:
			print('%d killed, %d wanted' % (i + 1, len(scene.desired())), flush=True)
	until(lambda: os.path.exists(scene.folder + '/linkd.sock') and scene.settled(), 60, 0.2)
	attackers.stdin.close()
	answered = json.loads(attackers.stdout.read())['answered']
	attackers.wait()
	for part in reversed(parts):
		part.end()
	return answered


def verdict(scene, answered):
	wanted = scene.desired()
	longs = {address(i) for i in answered if i >= SHORT}
	rows = [('killed', dict(scene.deaths), None),
	        ('sources that got an answer: long, short', '%d  %d' % (len(longs), len(answered) - len(longs)), len(longs) > 0),
	        ('desired', len(wanted), len(wanted) > 0),
	        ('attackers not wanted', sorted(longs - set(wanted))[:10], longs <= set(wanted)),
	        ('promised and not wanted', sorted(scene.promised - set(wanted))[:10], scene.promised <= set(wanted)),
	        ('short ones still wanted', sorted(a for a in wanted if a in {address(i) for i in range(SHORT)})[:10],
	         not any(address(i) in wanted for i in range(SHORT)))]
	for name, entries in (('engine', scene.engine_entries()), ('nftables', scene.nft_entries())):
		rows += compare(scene, name, entries, False, 0)
	rows += records_rows(scene)
	scene.kill('both')
	begin = time.monotonic()
	scene.start('both')
	scene.settle()
	for name, entries in (('engine', scene.engine_entries()), ('nftables', scene.nft_entries())):
		rows += compare(scene, name + ', told anew', entries, True, time.monotonic() - begin)
	rows.append(('records after it: numbers 1 to n', '', [r['seq'] for r in scene.records()] == list(range(1, len(scene.records()) + 1))))
	return rows


def stop(scene):
	"""Both end by themselves when they are told to."""
	scene.linkd.send_signal(signal.SIGTERM)
	return scene.engine.stop(), scene.linkd.wait(30)


def main():
	p = argparse.ArgumentParser(usage=__doc__.split('\n\n', 1)[1])
	p.add_argument('build')
	p.add_argument('n', type=int, nargs='?', default=100)
	p.add_argument('--seed', type=int, default=7)
	p.add_argument('--keep')
	options = p.parse_args()
	random.seed(options.seed)
	signal.signal(signal.SIGTERM, lambda *_: sys.exit('told to stop'))
	with tempfile.TemporaryDirectory(prefix='kills-') as folder, Lab() as lab:
		prepare(lab, folder)
		scene = Scene(lab, options.build, folder)
		try:
			scene.start('both')
			until(lambda: lab.on('client', 'ping', '-q', '-c', '1', '-W', '1', SERVER).returncode == 0, 30)
			answered = storm(scene, options.n)
			time.sleep(12)
			scene.settle()
			rows = verdict(scene, answered)
			rows.append(('exit status of engine, linkd', '%d  %d' % (status := stop(scene)), status == (0, 0)))
		finally:
			for process in (scene.engine.process, scene.linkd):
				process.kill()
			if options.keep:
				shutil.copytree(folder, options.keep, ignore=shutil.ignore_patterns('*.sock'), dirs_exist_ok=True)
	for what, value, good in rows:
		print('%-50s %-8s %s' % (what, {None: '', True: 'ok', False: 'DIFFERS'}[good], value))
	sys.exit(any(good is False for _, _, good in rows))


if __name__ == '__main__':
	main()
