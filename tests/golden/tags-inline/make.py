"""The frames of tags, inline: what is dropped is tagged, too."""
FRAMES_OF = 'tags'
SETTINGS = ['simulate-ips=yes', 'packet-alert-max=3']
