"""What calls cost: a dated price table, the cost of what was used, and estimates of what will be."""
