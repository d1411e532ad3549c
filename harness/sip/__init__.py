"""A telephone that speaks SIP: calls placed and taken over the network, with sound in and out."""
