"""When the protocol of a flow is known, over UDP and TCP, in both directions, inline."""

FRAMES_OF = 'protocol'
SETTINGS = ["simulate-ips=yes"]
