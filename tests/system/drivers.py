#!/usr/bin/env python3
"""Each driver that works without a NIC of its own: what passes while hangu runs, when it is killed, when it is back.

usage: drivers.py PROGRAM          prints TAP; skipped without root
"""
import contextlib
import os
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import tap  # noqa: E402
from lab import CLIENT, SERVER, Hangu, Lab, missing, sh, until  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else ''


def pair(a, b):
	"""An inline pair as --set."""
	words = []
	for i, (one, other) in enumerate(((a, b), (b, a))):
		for key, value in (('interface', one), ('copy-iface', other), ('copy-mode', 'ips'), ('threads', 1)):
			words += ['--set', 'dpdk.interfaces.%d.%s=%s' % (i, key, value)]
	return words


@contextlib.contextmanager
def hangu(lab, words):
	with tempfile.TemporaryDirectory() as folder:
		with open(folder + '/said', 'w', encoding='utf-8') as said:
			process = subprocess.Popen(
				['ip', 'netns', 'exec', lab.names['box'], PROGRAM, 'run', '-l', folder,
				 '--set', 'unix-command.filename=%s/control.sock' % folder, '--set', 'event-socket.enabled=no', *words],
				stdout=said, stderr=said)
		h = Hangu(process, folder)
		try:
			until(lambda: os.path.exists(folder + '/control.sock') or process.poll() is not None, 30)
			yield h
		finally:
			if process.poll() is None:
				process.kill()
			process.wait()


def reaches(lab):
	return lab.on('client', 'ping', '-q', '-c', '1', '-W', '1', SERVER).returncode == 0


def up(lab, who, link):
	return 'LOWER_UP' in lab.on(who, 'ip', 'link', 'show', link).stdout


def dies_and_returns(lab, words, ready=lambda: None):
	"""Nothing passes beside hangu: not before, not after kill -9; a new start needs no help."""
	assert not reaches(lab), 'the hosts see each other without hangu'
	for how in (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM):
		with hangu(lab, words) as h:
			assert h.process.poll() is None, h.said()
			ready()
			assert until(lambda: reaches(lab)), h.said()
			h.stop(how)
			assert not reaches(lab), 'frames pass beside a dead hangu'


def af_packet():
	with Lab() as lab:
		dies_and_returns(lab, pair('b0', 'b1'))
		assert up(lab, 'client', 'c0') and up(lab, 'server', 's0'), 'links stay'


def pcap():
	with Lab() as lab:
		dies_and_returns(lab, pair('net_pcap0,iface=b0', 'net_pcap1,iface=b1'))


def af_xdp():
	with Lab() as lab:
		dies_and_returns(lab, pair('net_af_xdp0,iface=b0', 'net_af_xdp1,iface=b1'))


def tap_devices():
	"""The hosts' ends are made by hangu, and go with it."""
	with Lab() as lab:
		sh('ip', '-n', lab.names['client'], 'link', 'del', 'c0')
		sh('ip', '-n', lab.names['server'], 'link', 'del', 's0')

		def ready():
			for who, link, own, other in (('client', 't0', CLIENT, SERVER), ('server', 't1', SERVER, CLIENT)):
				ns = lab.names[who]
				sh('ip', '-n', lab.names['box'], 'link', 'set', link, 'netns', ns)
				sh('ip', '-n', ns, 'link', 'set', link, 'up')
				sh('ip', '-n', ns, 'addr', 'add', own + '/32', 'dev', link)
				sh('ip', '-n', ns, 'route', 'add', other + '/32', 'dev', link)
		dies_and_returns(lab, pair('net_tap0,iface=t0', 'net_tap1,iface=t1'), ready)
		assert lab.on('client', 'ip', 'link', 'show', 't0').returncode != 0, 'the interface goes with hangu'


def memory_alone():
	"""net_null gives frames without end, net_ring takes what is sent: no interface is touched."""
	with Lab() as lab, hangu(lab, ['-i', 'net_null0,size=64']) as h:
		assert until(lambda: h.ask('iface-stat', iface='net_null0')['pkts'] > 1000), h.said()
		assert h.stop() == 0, h.said()
	with Lab() as lab, hangu(lab, pair('net_ring0', 'net_ring1')) as h:
		assert h.ask('iface-list')['count'] == 2, h.said()
		assert h.stop() == 0, h.said()


def memif():
	"""Two engines, joined by shared memory: client - b0 - hangu - memif - hangu - b1 - server."""
	with Lab() as lab, tempfile.TemporaryDirectory() as folder:
		left = pair('b0', 'net_memif0,role=server,id=0,socket-abstract=no,socket=%s/m.sock' % folder)
		right = pair('net_memif0,role=client,id=0,socket-abstract=no,socket=%s/m.sock' % folder, 'b1')
		with hangu(lab, left) as one:
			for how in (signal.SIGKILL, signal.SIGTERM):
				with hangu(lab, right) as other:
					assert until(lambda: reaches(lab)), one.said() + other.said()
					other.stop(how)
					assert not reaches(lab)
			assert one.stop() == 0, one.said()


def needing_root(case):
	return lambda: 'skip: ' + missing() if missing() else case()


if __name__ == '__main__':
	if not os.path.exists(PROGRAM):
		sys.exit(__doc__)
	sys.exit(tap.run('drivers', [
		('net_af_packet: frames stop when hangu dies, links stay', needing_root(af_packet)),
		('net_pcap: the same', needing_root(pcap)),
		('net_af_xdp: frames stop when hangu dies, a new start needs no help', needing_root(af_xdp)),
		('net_tap: the interfaces go with hangu', needing_root(tap_devices)),
		('net_null, net_ring: no interface at all', needing_root(memory_alone)),
		('net_memif: the other side waits for a new one', needing_root(memif)),
	]))
