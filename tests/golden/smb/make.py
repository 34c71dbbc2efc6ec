"""SMB and DCERPC: what rules see of logins, shares, files and calls. The sessions are examples of the decoders."""
import packets
import traffic

EXAMPLES = (('smb', 0), ('smb', 1), ('smb', 4), ('dcerpc', 0))


def frames():
	out = []
	for i, (protocol, number) in enumerate(EXAMPLES):
		port, _, steps = list(traffic.read_examples(protocol))[number]
		out += packets.talk(port, steps, sport=41000 + i)
	return packets.timed(out)
