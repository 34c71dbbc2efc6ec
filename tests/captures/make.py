#!/usr/bin/env python3
"""Write the captures of traffic.py into a folder, each as NAME.pcap, some also as pcapng and packed.

usage: make.py FOLDER [NAME]...
"""
import gzip
import os
import sys

import packets
import traffic


def make(folder, names=None):
	"""The paths, in the order of the list."""
	os.makedirs(folder, exist_ok=True)
	paths = []
	for name in names or traffic.CAPTURES:
		link, frames = traffic.CAPTURES[name]()
		frames = packets.timed(frames)
		forms = {'.pcap': packets.pcap(frames, link)}
		if name == 'http_plain':
			forms['.pcapng'] = packets.pcapng(frames, link)
			forms['.pcap.gz'] = gzip.compress(forms['.pcap'], mtime=0)
		for end, data in forms.items():
			paths.append(os.path.join(folder, name + end))
			with open(paths[-1], 'wb') as f:
				f.write(data)
	return paths


if __name__ == '__main__':
	if len(sys.argv) < 2 or set(sys.argv[2:]) - set(traffic.CAPTURES):
		print(__doc__ + 'names: ' + ' '.join(traffic.CAPTURES))
		sys.exit(2)
	print('\n'.join(make(sys.argv[1], sys.argv[2:])))
