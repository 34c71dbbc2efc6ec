"""hangu-linkd between a stand-in for the engine and a real nf_tables in a network namespace of its own."""
import atexit
import json
import os
import signal
import shutil
import subprocess
import tempfile
import time

import linkd_engine

PATIENCE = 20

CONFIG = '''%%YAML 1.1
---
vars:
  address-groups:
    HOME_NET: "[10.9.0.0/16]"
linkage:
  events: %(folder)s/events.sock
  socket: %(folder)s/linkd.sock
  store: %(folder)s/linkage.db
  log: %(folder)s/block.json
  resolvers: %(folder)s/resolv.conf
  jitter: 0
  budgets: {sid: 0, neighbours: 0, minute: 0, hour: 0}
  protect: [10.77.0.0/24]
  allow: [10.78.0.0/24]
  shared: [10.79.0.1]
%(more)s
  rules:
    - {name: short, sids: [1000100], ttl: 2}
    - {name: observed, sids: [1000200], action: observe}
    - {name: one-plane, sids: [1000300], targets: [gate]}
    - {name: web, sids: [1000001-1000999]}
  targets:
    - {name: engine, driver: engine, socket: %(folder)s/control.sock}
    - {name: gate, driver: nftables, netns: /run/netns/%(netns)s%(gate)s}
'''


def why_not():
	"""A reason to skip, or None."""
	if os.geteuid() != 0:
		return 'skip: network namespaces need root'
	for tool in ('nft', 'ip'):
		if shutil.which(tool) is None:
			return 'skip: %s is not installed' % tool
	return None


def run(*command, check=True, **more):
	return subprocess.run(command, check=check, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120, **more)


def wait(what, test, seconds=PATIENCE):
	"""Until test() is true; the time that it took."""
	begin = time.monotonic()
	while not test():
		assert time.monotonic() - begin < seconds, 'waited %d s for: %s' % (seconds, what)
		time.sleep(0.005)
	return time.monotonic() - begin


class Netns:
	def __init__(self, name):
		self.name = 'hglt-%d-%s' % (os.getpid(), name)
		run('ip', 'netns', 'add', self.name)
		atexit.register(self.close)
		self.run('ip', 'link', 'set', 'lo', 'up')

	def close(self):
		run('ip', 'netns', 'del', self.name, check=False)

	def run(self, *command, check=True, **more):
		return run('ip', 'netns', 'exec', self.name, *command, check=check, **more)

	def nft(self, text):
		return self.run('nft', '-f', '-', input=text)

	def listing(self, *what):
		got = self.run('nft', '-j', 'list', *what, check=False)
		return json.loads(got.stdout)['nftables'] if got.returncode == 0 else []

	def set_elements(self, name):
		"""key -> the seconds that the kernel will keep it (None: for ever)."""
		elements = {}
		for row in self.listing('set', 'inet', 'hangu', name):
			for e in row.get('set', {}).get('elem', []):
				e = e['elem'] if isinstance(e, dict) and 'elem' in e else {'val': e}
				key = e['val']
				if isinstance(key, dict):
					key = '%s/%d' % (key['prefix']['addr'], key['prefix']['len'])
				elements[key] = e.get('expires')
		return elements

	def blocked(self):
		"""All keys of all sets, in the spelling of ctl."""
		keys = set()
		for name in ('host4', 'host6', 'net4', 'net6'):
			keys |= set(self.set_elements(name))
		return keys | {'%s/64' % k for k in self.set_elements('net64')}


class Bench:
	"""One daemon with its planes. more: lines of the section linkage."""

	def __init__(self, program, more='', refuse=(), gate=''):
		self.program = os.path.abspath(program)
		self.folder = tempfile.mkdtemp(prefix='hg-linkd-')
		self.netns = Netns('gate')
		self.engine = linkd_engine.Engine(self.folder, refuse)
		self.daemon = None
		self.config = os.path.join(self.folder, 'hangu.yaml')
		self.write('resolv.conf', 'nameserver 192.168.250.53\n')
		self.write('hangu.yaml', CONFIG % {'folder': self.folder, 'netns': self.netns.name, 'more': more, 'gate': gate})
		self.log = open(os.path.join(self.folder, 'stderr.txt'), 'ab')

	def __enter__(self):
		self.start()
		return self

	def __exit__(self, *_):
		self.stop()
		self.engine.stop()
		self.netns.close()
		self.log.close()
		shutil.rmtree(self.folder, ignore_errors=True)

	def write(self, name, text):
		with open(os.path.join(self.folder, name), 'w') as f:
			f.write(text)

	def start(self):
		before = len(self.engine.subscribers)
		self.daemon = subprocess.Popen([self.program, 'run', '-c', self.config], stderr=self.log)
		wait('linkd reads events', lambda: len(self.engine.subscribers) > before)
		wait('the planes are up', lambda: all(t['up'] for t in self.stats()['targets']))

	def stop(self, how=signal.SIGTERM):
		if self.daemon is None:
			return
		self.daemon.send_signal(how)
		status = self.daemon.wait(timeout=60)
		self.daemon = None
		self.engine.subscribers.clear()
		assert status == (0 if how == signal.SIGTERM else -how), 'exit status %d: %s' % (status, self.said())

	def said(self):
		with open(os.path.join(self.folder, 'stderr.txt')) as f:
			return f.read()[-4000:]

	def ctl(self, *words, status=0, **more):
		env = dict(os.environ, LC_ALL='C')
		env.update(more)
		got = run(self.program, 'ctl', '-s', os.path.join(self.folder, 'linkd.sock'), *words, check=False, env=env)
		assert status is None or got.returncode == status, '%s: status %d: %s%s' % (words, got.returncode, got.stdout, got.stderr)
		return got.stdout

	def ctl_json(self, *words, status=0):
		return [json.loads(line) for line in self.ctl(*words, '--json', status=status).splitlines()]

	def stats(self):
		got = self.ctl('stats', '--json', status=None)
		return json.loads(got) if got else {'targets': [{'up': False, 'waiting': 1}]}

	def wanted(self):
		return {b['address'] for b in self.ctl_json('list')}

	def settle(self):
		wait('nothing waits', lambda: all(t['waiting'] == 0 for t in self.stats()['targets']))

	def heard(self, count):
		"""Until so many lines have been read."""
		wait('%d lines are read' % count, lambda: self.stats()['events']['lines'] >= count)

	def records(self, **match):
		with open(os.path.join(self.folder, 'block.json')) as f:
			rows = [json.loads(line)['block'] for line in f if line.endswith('\n')]
		return [r for r in rows if all(r.get(k) == v for k, v in match.items())]

	def lines(self):
		with open(os.path.join(self.folder, 'block.json'), 'rb') as f:
			return f.read().splitlines()
