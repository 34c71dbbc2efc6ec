#!/usr/bin/env python3
"""Frames that offloads of kernels change, between two hosts in network namespaces: switched off on hangu's own interfaces and on
again at its end; what the hosts spoil is neither passed on nor passed over in silence.

usage: offload.py PROGRAM          prints TAP; skipped without root
"""
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
import tap  # noqa: E402
from drivers import hangu, pair  # noqa: E402
from lab import SERVER, Lab, missing, until  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else ''
BULK = 3 << 20
ALL = ('gro', 'tso', 'gso', 'tx')

# Prints how much has come, when the other side has closed or three seconds brought nothing.
TAKE = '''
import socket
l = socket.socket()
l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
l.bind(("%s", 5000))
l.listen()
l.settimeout(10)
print("ready", flush=True)
s = l.accept()[0]
s.settimeout(3)
n = 0
try:
    while (d := s.recv(65536)):
        assert d == bytes((n + i) %% 251 for i in range(len(d))) if n < 200000 else True
        n += len(d)
except TimeoutError:
    pass
print(n, flush=True)
''' % SERVER

GIVE = '''
import socket
s = socket.create_connection(("%s", 5000), 5)
s.settimeout(5)
s.sendall(bytes(i %% 251 for i in range(%d)))
s.shutdown(socket.SHUT_WR)
s.recv(1)
''' % (SERVER, BULK)

# Prints frames that come in, with the tag that the kernel has taken out put back, as hexadecimal digits.
WATCH = '''
import socket, struct, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.bind((sys.argv[1], 0))
s.setsockopt(263, 8, 1)  # SOL_PACKET, PACKET_AUXDATA
s.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
s.settimeout(float(sys.argv[2]))
print("ready", flush=True)
try:
    while True:
        d, aux, _, origin = s.recvmsg(70000, 200)
        status, tci, tpid = struct.unpack("I12xHH", aux[0][2][:20])
        if origin[2] == 4:
            continue
        if status & 16:
            d = d[:12] + struct.pack("!HH", tpid, tci) + d[12:]
        print(d.hex(), flush=True)
except TimeoutError:
    pass
'''

SEND = '''
import socket, sys, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
s.bind((sys.argv[1], 0))
for i, frame in enumerate(sys.stdin.read().split()):
    s.send(bytes.fromhex(frame))
    if i % 100 == 99:
        time.sleep(.01)
'''


def features(lab, who, link):
	"""Of ethtool -k, {long name: is it on}."""
	lines = lab.on(who, 'ethtool', '-k', link).stdout.splitlines()[1:]
	return {name.strip(): value.startswith('on') for name, value in (line.split(': ') for line in lines)}


def switch(lab, who, link, on=(), off=()):
	words = [x for names, state in ((on, 'on'), (off, 'off')) for name in names for x in (name, state)]
	done = lab.on(who, 'ethtool', '-K', link, *words)
	assert done.returncode == 0, done.stderr


def with_offloads(value):
	words = pair('b0', 'b1')
	for i in (0, 1):
		words += ['--set', 'dpdk.interfaces.%d.offloads=%s' % (i, value)]
	return words


def reaches(lab, *words):
	return lab.on('client', 'ping', '-q', '-c', '1', '-W', '1', *words, SERVER).returncode == 0


def bulk(lab):
	"""Bytes of BULK that reach the server by TCP."""
	with subprocess.Popen(['ip', 'netns', 'exec', lab.names['server'], sys.executable, '-c', TAKE], stdout=subprocess.PIPE,
	                      text=True) as take:
		assert take.stdout.readline() == 'ready\n'
		give = lab.start('client', sys.executable, '-c', GIVE)
		try:
			return int(take.stdout.readline() or 0)
		finally:
			give.kill()
			give.wait()
			take.kill()


@contextlib.contextmanager
def watching(lab, link, seconds):
	"""Gives a function for the frames that come in at the server until nothing has come for so many seconds."""
	with subprocess.Popen(['ip', 'netns', 'exec', lab.names['server'], sys.executable, '-c', WATCH, link, str(seconds)],
	                      stdout=subprocess.PIPE, text=True) as watch, tempfile.TemporaryFile('w+') as kept:
		assert watch.stdout.readline() == 'ready\n'
		# It must not wait for whoever reads it.
		drain = threading.Thread(target=lambda: kept.writelines(watch.stdout))
		drain.start()

		def frames():
			drain.join()
			kept.seek(0)
			return [bytes.fromhex(line) for line in kept]
		yield frames


def watched(lab, link, frames, seconds=1):
	"""What of frames, that the client sends with the same addresses, comes out at the server."""
	with watching(lab, link, seconds) as watch:
		sent = lab.on('client', sys.executable, '-c', SEND, 'c0', input='\n'.join(f.hex() for f in frames))
		assert sent.returncode == 0, sent.stderr
		return [f for f in watch() if f.startswith(frames[0][:12])]


def cut_short(frames):
	"""Lengths of those whose IPv4 header promises more than there is."""
	return [len(f) for f in frames if f[12:14] == b'\x08\x00' and int.from_bytes(f[16:18], 'big') > len(f) - 14]


def captured(h):
	return h.ask('dump-counters')['capture']


def own_ends_are_quiet_until_the_end():
	with Lab() as lab:
		for link in ('b0', 'b1'):
			switch(lab, 'box', link, on=ALL)
		before = {link: features(lab, 'box', link) for link in ('b0', 'b1')}
		harmful = [name for name in before['b0'] if before['b0'][name] and
		           (re.match('tx-checksum-|tx-tcp|tx-udp-segm', name) or name.startswith('generic-'))]
		assert len(harmful) >= 7, harmful
		with hangu(lab, with_offloads('off')) as h:
			assert until(lambda: reaches(lab)), h.said()
			for link in ('b0', 'b1'):
				now = features(lab, 'box', link)
				assert not [name for name in harmful if now[name]], (link, now)
				assert {n for n in now if now[n] != before[link][n]} <= set(harmful) | {'tcp-segmentation-offload', 'tx-checksumming'}
				assert re.search('notice: %s: gro, tso, gso, tx(, \\S+)? switched off until the end' % link, h.said()), h.said()
			assert bulk(lab) == BULK
			assert captured(h)['oversized'] == 0
			assert h.stop() == 0, h.said()
		assert {link: features(lab, 'box', link) for link in ('b0', 'b1')} == before, 'all is as it was'
		with lab.hangu(PROGRAM, '--set', 'run-as.user=nobody', owner='nobody') as h:
			assert until(lambda: reaches(lab)), h.said()
			assert not features(lab, 'box', 'b0')['generic-receive-offload'], 'the default'
			assert h.stop() == 0, h.said()
		assert {link: features(lab, 'box', link) for link in ('b0', 'b1')} == before, "with a user's rights, too"
		with hangu(lab, with_offloads('off')) as h:
			h.stop(signal.SIGKILL)
		assert not features(lab, 'box', 'b0')['generic-receive-offload'], 'who is killed restores nothing'
		with hangu(lab, with_offloads('off')) as h:
			assert h.stop() == 0 and 'b0: ' not in h.said(), 'nor does who finds them off'
		assert not features(lab, 'box', 'b0')['generic-receive-offload']


def kept_offloads_are_told_of():
	"""GRO makes of what the client sends frames of up to 64 kB, of which a frame of the ring holds two."""
	with Lab() as lab:
		for link in ('b0', 'b1'):
			switch(lab, 'box', link, on=ALL)
		before = features(lab, 'box', 'b0')
		with lab.hangu(PROGRAM, '--set', 'capture.disable-offloading=no') as h:
			assert h.process.poll() is None and features(lab, 'box', 'b0') == before, h.said()
		with hangu(lab, with_offloads('keep')) as h:
			assert until(lambda: reaches(lab)), h.said()
			with watching(lab, 's0', 4) as watch:
				bulk(lab)
				assert not cut_short(watch())
			assert captured(h)['oversized'] > 0
			assert until(lambda: 'type ethtool -K b0 gro off' in h.said(), 5), h.said()
			assert 'switched off' not in h.said() and features(lab, 'box', 'b0') == before
			switch(lab, 'box', 'b0', off=('gro',))
			switch(lab, 'box', 'b1', off=('gro',))
			assert bulk(lab) == BULK, 'as it was told'
			assert h.stop() == 0, h.said()


def what_the_ring_cuts_is_not_passed_on():
	"""Each length round the most that a frame of the ring holds: what comes out is whole."""
	frames = [bytes.fromhex('02000000000202000000000188b5') + os.urandom(n - 14) for n in (1514, *range(1960, 2000), 3000)]
	with Lab() as lab:
		for who, link in (('client', 'c0'), ('box', 'b0'), ('box', 'b1'), ('server', 's0')):
			lab.on(who, 'ip', 'link', 'set', link, 'mtu', '9000')
		with hangu(lab, pair('b0', 'b1')) as h:
			assert until(lambda: reaches(lab)), h.said()
			assert watched(lab, 's0', frames) == [f for f in frames if len(f) < 1982]
			assert captured(h)['oversized'] == len([f for f in frames if len(f) >= 1982]), captured(h)
			assert h.stop() == 0
		with hangu(lab, ['-i', 'b0']) as h:
			before = captured(h)['packets']
			watched(lab, 's0', frames)
			assert until(lambda: captured(h)['packets'] - before >= len(frames)), captured(h)
			assert captured(h)['oversized'] == len([f for f in frames if len(f) >= 1982]), 'who listens counts them, too'
			assert h.ask('iface-stat', iface='b0')['drop'] == 0, 'and inspects what there is'
			assert until(lambda: 'bytes and were cut: only a part was inspected' in h.said(), 5), h.said()
			assert h.stop() == 0


def refused_switches_are_told_of():
	with Lab() as lab:
		switch(lab, 'box', 'b0', on=('gro',))
		before = features(lab, 'box', 'b0')
		words = ['setpriv', '--bounding-set', '-net_admin', '--inh-caps', '-net_admin', PROGRAM]
		done = lab.on('box', 'timeout', '-s', 'TERM', '3', *words, 'run', '-i', 'b0', '-l', '/tmp', '--set', 'unix-command.enabled=no',
		              '--set', 'event-socket.enabled=no', '--set', 'outputs.eve-log.enabled=no')
		assert 'b0 changes frames before they are seen, and cannot be told not to: Operation not permitted; ' \
			'type ethtool -K b0 gro off' in done.stderr, done.stderr
		assert features(lab, 'box', 'b0') == before


def unsplit_frames_of_the_far_end_are_dropped_and_told():
	with Lab() as lab:
		switch(lab, 'client', 'c0', on=('tx', 'tso', 'gso'))
		switch(lab, 'server', 's0', on=('gro',))
		with hangu(lab, pair('b0', 'b1')) as h:
			assert until(lambda: reaches(lab)), h.said()
			with watching(lab, 's0', 2) as watch:
				# Their checksums are unfinished, too, so that TCP would not come so far.
				done = lab.on('client', sys.executable, '-c', UNSPLIT)
				assert done.returncode == 0, done.stderr
				assert not cut_short(watch())
			assert captured(h)['oversized'] == h.ask('iface-stat', iface='b0')['drop'] == 5, captured(h)
			assert until(lambda: 'type ethtool -K INTERFACE tso off gso off gro off at the other end of b0' in h.said(), 5), h.said()
			assert h.said().count('at the other end of b0') == 1, 'once a minute: ' + h.said()
			switch(lab, 'client', 'c0', off=('tx', 'tso', 'gso'))
			assert bulk(lab) == BULK, 'as it was told'
			assert h.stop() == 0, h.said()


# UDP that is to be split into datagrams of 1,000 bytes by the card (UDP_SEGMENT), which a veth is said to be able to.
UNSPLIT = '''
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(17, 103, 1000)
for _ in range(5):
    s.sendto(bytes(20000), ("%s", 9))
''' % SERVER


def unfinished_checksums_are_counted_and_told():
	ask = 'import socket; socket.create_connection(("%s", 5000), 2)' % SERVER
	with Lab() as lab:
		switch(lab, 'client', 'c0', on=('tx',), off=('tso', 'gso'))
		with hangu(lab, pair('b0', 'b1')) as h:
			assert until(lambda: reaches(lab)), h.said()
			assert h.ask('dump-counters')['decoder']['checksum_unfinished'] == 0
			assert lab.on('client', sys.executable, '-c', ask).returncode != 0
			lab.on('client', sys.executable, '-c', 'import socket\nsocket.socket(2, 2).sendto(b"x", ("%s", 9))' % SERVER)
			told = 'packets came without their checksums, so nobody takes them; who sends them leaves those to a network card: ' \
				'type ethtool -K INTERFACE tx off at the other end of b0'
			assert until(lambda: told in h.said(), 5), h.said()
			decoder = h.ask('dump-counters')['decoder']
			assert decoder['bad_checksum'] == decoder['checksum_unfinished'] >= 2, decoder
			switch(lab, 'client', 'c0', off=('tx',))
			assert bulk(lab) == BULK, 'as it was told'
			assert h.ask('dump-counters')['decoder']['checksum_unfinished'] == decoder['checksum_unfinished']
			assert h.stop() == 0, h.said()


def other_drivers_are_as_quiet():
	"""What is unsplit comes in pieces by net_pcap; where net_af_xdp listens, the kernel splits it."""
	for driver, unusable in (('net_pcap', 5), ('net_af_xdp', 0)):
		with Lab() as lab:
			for link in ('b0', 'b1'):
				switch(lab, 'box', link, on=ALL)
			before = {link: features(lab, 'box', link) for link in ('b0', 'b1')}
			with hangu(lab, pair(driver + '0,iface=b0', driver + '1,iface=b1')) as h:
				assert until(lambda: reaches(lab)), h.said()
				assert not features(lab, 'box', 'b0')['tx-tcp-segmentation']
				assert bulk(lab) == BULK
				switch(lab, 'client', 'c0', on=('tx', 'tso', 'gso'))
				lab.on('client', sys.executable, '-c', UNSPLIT)
				assert until(lambda: captured(h)['unusable'] == unusable), captured(h)
				told = 'type ethtool -K INTERFACE %s off' % ('tso off gso off gro' if unusable else 'tx')
				assert until(lambda: told in h.said(), 5), h.said()
				h.stop()  # libxdp leaves memory behind, which a sanitizer makes a failure of
			assert {link: features(lab, 'box', link) for link in ('b0', 'b1')} == before, 'all is as it was'


def tags_are_as_they_were():
	"""Of more frames than there are in the ring, 4,096; with each number of workers."""
	macs = bytes.fromhex('020000000002020000000001')
	rest = lambda n: b'\x88\xb5' + bytes(i % 251 for i in range(n))
	tags = {'one': '81002005', 'two': '8100000781002005', 'priority': '8100e000', 'three': '810000078100200581000009',
	        'of a provider': '88a80007', 'in one of a provider': '88a8000781002005', 'two of a provider': '88a8000788a82005'}
	frames = [macs + bytes.fromhex(t) + rest(60) for t in tags.values()] + \
		[macs + bytes.fromhex(tags['one']) + rest(1500), macs + bytes.fromhex(tags['two']) + rest(1496)]
	with Lab() as lab:
		for state, workers in (('on', '1'), ('off', '3')):
			for link in ('b0', 'b1'):
				lab.on('box', 'ethtool', '-K', link, 'rxvlan', state, 'txvlan', state)
			with hangu(lab, pair('b0', 'b1') + ['--workers', workers]) as h:
				assert until(lambda: reaches(lab)), h.said()
				came = watched(lab, 's0', frames * 500)
				assert len(came) == 500 * len(frames) and sorted(came) == sorted(frames * 500), (len(came), captured(h))
				assert captured(h)['oversized'] == 0
				assert h.stop() == 0


def jumbo_frames_pass_where_they_may():
	with Lab() as lab:
		for who, link in (('client', 'c0'), ('box', 'b0'), ('box', 'b1'), ('server', 's0')):
			lab.on(who, 'ip', 'link', 'set', link, 'mtu', '9000')
		words = pair('b0', 'b1')
		for i in (0, 1):
			words += ['--set', 'dpdk.interfaces.%d.mtu=9000' % i]
		with hangu(lab, words) as h:
			assert until(lambda: reaches(lab, '-M', 'do', '-s', '8972')), h.said()
			lab.on('box', 'ip', 'link', 'set', 'b1', 'mtu', '1500')
			assert until(lambda: not reaches(lab, '-M', 'do', '-s', '8972') and captured(h)['oversized'] > 0), captured(h)
			told = 'frames were longer than 1514 bytes and were dropped; the MTU of b0 is 9000, that of b1 is 1500: ' \
				'type ip link set b1 mtu 9000'
			assert until(lambda: told in h.said(), 5), h.said()
			lab.on('box', 'ip', 'link', 'set', 'b1', 'mtu', '9000')
			assert until(lambda: reaches(lab, '-M', 'do', '-s', '8972'), 5), 'as it was told'
			assert h.stop() == 0, h.said()


def needing_root(case):
	return lambda: 'skip: ' + missing() if missing() else case()


if __name__ == '__main__':
	if not os.path.exists(PROGRAM):
		sys.exit(__doc__)
	sys.exit(tap.run('offload', [
		('own ends: off while hangu runs, all as before at its end', needing_root(own_ends_are_quiet_until_the_end)),
		('kept ones are told of', needing_root(kept_offloads_are_told_of)),
		('what the ring cuts is not passed on', needing_root(what_the_ring_cuts_is_not_passed_on)),
		('those that cannot be switched off are told of', needing_root(refused_switches_are_told_of)),
		('unsplit frames of the far end are dropped whole and told of', needing_root(unsplit_frames_of_the_far_end_are_dropped_and_told)),
		('other drivers over kernel interfaces are as quiet', needing_root(other_drivers_are_as_quiet)),
		('unfinished checksums are counted and told of', needing_root(unfinished_checksums_are_counted_and_told)),
		('tags are as they were', needing_root(tags_are_as_they_were)),
		('jumbo frames pass where they may', needing_root(jumbo_frames_pass_where_they_may)),
	]))
