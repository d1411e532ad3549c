"""Made-up suites whose truth is known, and what the harness's statistics say of them."""
