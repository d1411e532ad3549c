"""Ways to place a call, one file each; none knows another."""
